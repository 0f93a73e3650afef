/// Reads a result's rows, one after another, as Decodable values.
///
/// The columns' names are looked at once for all rows.
final class PostgresRowDecoder {
  let result: PostgresResult
  private(set) var row: PostgresRow
  /// The first column of each name.
  private let columns: [String: Int]
  /// The columns' names in order; nil where an earlier column has the same.
  private let names: [String?]
  /// The column that was found last: most types ask for their columns in order, and some for each more than
  /// once.
  private var latest = -1

  init(_ result: PostgresResult, _ keys: PostgresKeyStrategy = .columnNames) {
    self.result = result
    row = PostgresRow(result: result, index: 0)
    let names = (0..<result.columnCount).map { keys.key(ofColumn: result.name(ofColumn: $0)) }
    let columns = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    self.names = names.indices.map { columns[names[$0]] == $0 ? names[$0] : nil }
    self.columns = columns
  }

  /// The first column of a name.
  func column(_ name: String) -> Int? {
    let next = latest + 1 < names.count ? latest + 1 : 0
    if latest >= 0 && names[latest] == name { return latest }
    guard let found = !names.isEmpty && names[next] == name ? next : columns[name] else { return nil }
    latest = found
    return found
  }

  /// The names that there are.
  var columnNames: some Sequence<String> { columns.keys }

  func decode<Row: Decodable>(_ type: Row.Type, row index: Int) throws(PostgresError) -> Row {
    row = PostgresRow(result: result, index: index)
    do {
      return try Row(from: self)
    } catch let error as PostgresError {
      throw error
    } catch let error as DecodingError {
      throw PostgresError(.decoding, "The row can't be decoded as \(type): \(Self.reason(error)).")
    } catch {
      throw PostgresError(.decoding, "The row can't be decoded as \(type): \(error).")
    }
  }

  /// What a type's own `init(from:)` found wrong, in words.
  static func reason(of error: any Error) -> String {
    (error as? DecodingError).map(reason) ?? "\(error)"
  }

  /// What the type's own `init(from:)` found wrong.
  private static func reason(_ error: DecodingError) -> String {
    let context: DecodingError.Context? =
      switch error {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
        .dataCorrupted(let context):
        context
      @unknown default: nil
      }
    guard let context else { return "\(error)" }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    let text = context.debugDescription
    return (path.isEmpty ? "" : "column \"\(path)\": ")
      + (text.hasSuffix(".") ? String(text.dropLast()) : text)
  }

  /// The value in a column.
  func cell(_ column: Int, path: [any CodingKey]) -> PostgresRowCell {
    let (type, bytes) = result.cell(row: row.index, column: column)
    return PostgresRowCell(row: row, column: column, codingPath: path, content: .value(type, bytes))
  }
}

extension PostgresRowDecoder: Decoder {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(PostgresRowKeyedContainer(decoder: self))
  }

  func unkeyedContainer() -> any UnkeyedDecodingContainer {
    PostgresRowUnkeyedContainer(
      codingPath: [], cells: (0..<result.columnCount).map { cell($0, path: []) })
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    guard result.columnCount == 1 else { throw row.wrongWidth(1) }
    return cell(0, path: [])
  }
}
