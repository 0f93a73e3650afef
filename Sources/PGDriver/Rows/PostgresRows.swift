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

/// A column of a result, as the server's RowDescription tells it.
///
/// PostgreSQL manual, section 55.7, "Message Formats".
public struct PostgresColumn: Sendable, Hashable {
  /// Its name or alias.
  public let name: String
  /// Its data type; of a domain, the type under it.
  public let type: PostgresType
  /// The format that its values came in.
  public let format: PostgresFormat
  /// What was given with the type, as in varchar(20), in the type's own encoding (pg_attribute.atttypmod);
  /// nil if nothing was.
  public let typeModifier: Int32?
  /// The object identifier of the table that it is a column of; nil of an expression.
  public let tableOID: UInt32?
  /// Its number in that table, from 1 (pg_attribute.attnum); nil of an expression.
  public let tableColumn: Int?

  /// Makes a description of a column.
  package init(
    name: String, type: PostgresType, format: PostgresFormat = .binary, typeModifier: Int32? = nil,
    tableOID: UInt32? = nil, tableColumn: Int? = nil
  ) {
    self.name = name
    self.type = type
    self.format = format
    self.typeModifier = typeModifier
    self.tableOID = tableOID
    self.tableColumn = tableColumn
  }
}

extension PostgresColumn {
  /// The greatest number of characters of varchar(n) or character(n); nil if there is no limit, or of other
  /// types.
  public var maximumLength: Int? {
    // atttypmod is n and the four bytes that once preceded the text (src/backend/utils/adt/varchar.c).
    guard type == .varchar || type == .bpchar, let typeModifier, typeModifier >= 4 else { return nil }
    return Int(typeModifier) - 4
  }

  /// The precision and scale of numeric(p, s); nil if they weren't given, or of other types.
  ///
  /// The scale is less than 0 where whole digits are rounded away (numeric_typmod_scale in
  /// src/backend/utils/adt/numeric.c).
  public var numericPrecision: (precision: Int, scale: Int)? {
    guard type == .numeric, let typeModifier, typeModifier >= 4 else { return nil }
    let packed = Int(typeModifier) - 4
    return (packed >> 16 & 0xffff, ((packed & 0x7ff) ^ 1024) - 1024)
  }
}

extension PostgresRows {
  /// The first thing in which other rows are unlike these.
  package enum Difference: Sendable, Hashable {
    /// Not the same columns: what each has, in words.
    case columns(String, String)
    /// Another number of rows.
    case rowCount(Int, Int)
    /// The rows came as text and in binary.
    case format
    /// A value, by its row from 0 and its column's name, in words.
    case value(row: Int, column: String, String, String)
  }

  /// Where other rows differ first, as `==` compares; nil where they don't.
  package func firstDifference(from other: PostgresRows) -> Difference? {
    let (a, b) = (columnsInWords, other.columnsInWords)
    guard a == b else { return .columns(a, b) }
    guard result.isText == other.result.isText else { return .format }
    for row in 0..<Swift.min(count, other.count) {
      for column in 0..<result.columnCount {
        switch (
          result.cell(row: row, column: column).bytes, other.result.cell(row: row, column: column).bytes
        ) {
        case (nil, nil): continue
        case (let x?, let y?) where x.elementsEqual(y): continue
        default: break
        }
        return .value(
          row: row, column: result.name(ofColumn: column), self[row].inWords(column),
          other[row].inWords(column))
      }
    }
    return count == other.count ? nil : .rowCount(count, other.count)
  }

  private var columnsInWords: String {
    columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
  }
}

extension PostgresRow {
  /// A value in words, as short as that a message can hold it.
  fileprivate func inWords(_ column: Int) -> String {
    guard let bytes = result.cell(row: index, column: column).bytes else { return "NULL" }
    let text =
      (try? decode(String.self, at: column)).map { String(reflecting: $0) }
      ?? (try? decode(Int64.self, at: column)).map { "\($0)" }
      ?? (try? decode(Double.self, at: column)).map { "\($0)" }
      ?? (try? decode(Bool.self, at: column)).map { "\($0)" }
    if let text { return text.count > 100 ? "\(text.prefix(100))…" : text }
    let hex = bytes.prefix(32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return "\\x\(hex.joined())\(bytes.count > 32 ? "…" : "")"
  }
}
