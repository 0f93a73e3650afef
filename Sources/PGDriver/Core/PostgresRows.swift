/// The rows that a query returned, all in memory, as a collection.
///
/// Values are decoded when they are asked for, from the buffer that libpq received them in.
public struct PostgresRows: Sendable, RandomAccessCollection {
  @usableFromInline let result: PostgresResult

  init(_ result: PostgresResult) {
    self.result = result
  }

  /// The first row's index, 0.
  @inlinable public var startIndex: Int { 0 }
  /// The number of rows.
  @inlinable public var endIndex: Int { result.rowCount }
  /// A row by its index from 0.
  @inlinable public subscript(index: Int) -> PostgresRow { PostgresRow(result: result, index: index) }

  /// The columns' names, types and origins, in order.
  public var columns: [PostgresColumn] { (0..<result.columnCount).map { result.column($0) } }

  /// How many rows the statement changed or fetched; nil for statements that don't count any.
  public var affectedRows: Int? { result.affectedRows }

  /// The command's tag, such as "INSERT 0 1".
  public var commandTag: String { result.commandTag }

  /// The rows, each decoded as a tuple.
  ///
  /// - Throws: `decoding` if the number of columns, a type or a NULL doesn't fit.
  @inlinable
  public func decode<each Value: PostgresDecodable>(
    _ type: (repeat each Value).Type
  ) throws(PostgresError) -> [(repeat each Value)] {
    var values: [(repeat each Value)] = []
    values.reserveCapacity(count)
    var index = 0
    while index < count {
      values.append(try self[index].decode(type))
      index += 1
    }
    return values
  }
}

extension PostgresRows: Equatable {
  /// Whether both have columns of the same names and types and, byte for byte, the same values.
  ///
  /// The tables that the columns are of may differ: they do from database to database.
  public static func == (a: PostgresRows, b: PostgresRows) -> Bool {
    guard a.count == b.count, a.result.columnCount == b.result.columnCount, a.result.isText == b.result.isText
    else { return false }
    for column in 0..<a.result.columnCount {
      guard a.result.type(ofColumn: column) == b.result.type(ofColumn: column),
        a.result.name(ofColumn: column) == b.result.name(ofColumn: column)
      else { return false }
    }
    for row in 0..<a.count {
      for column in 0..<a.result.columnCount {
        switch (a.result.cell(row: row, column: column).bytes, b.result.cell(row: row, column: column).bytes)
        {
        case (nil, nil): continue
        case (let x?, let y?) where x.elementsEqual(y): continue
        default: return false
        }
      }
    }
    return true
  }
}
