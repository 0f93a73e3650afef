// Disfavoured, so that what is decodable from a column by itself, such as Int, is decoded so: as a tuple of
// one.
extension PostgresRow {
  /// Decodes the whole row as a value of a Decodable type, whose coding keys are the columns' names.
  ///
  /// A property may be of any type that can be decoded from a column, an array or an Optional of such, or a
  /// Decodable type that decodes a single value, such as an enum of strings. An Optional is nil too if there
  /// is no such column.
  ///
  /// - Parameter type: The type of a row.
  /// - Parameter keys: How coding keys are made of the columns' names.
  /// - Throws: `decoding` if a column is missing, its type isn't one that the property takes, or it is NULL
  ///   and the property isn't an Optional.
  @_disfavoredOverload
  public func decode<Row: Decodable>(
    _ type: Row.Type = Row.self, keys: PostgresKeyStrategy = .columnNames
  ) throws(PostgresError) -> Row {
    try PostgresRowDecoder(result, keys).decode(type, row: index)
  }
}

extension PostgresRows {
  /// Decodes every row as a value of a Decodable type, whose coding keys are the columns' names.
  ///
  /// - Parameter type: The type of a row.
  /// - Parameter keys: How coding keys are made of the columns' names.
  /// - Throws: as `PostgresRow.decode`.
  @_disfavoredOverload
  public func decode<Row: Decodable>(
    _ type: Row.Type, keys: PostgresKeyStrategy = .columnNames
  ) throws(PostgresError) -> [Row] {
    let decoder = PostgresRowDecoder(result, keys)
    var values: [Row] = []
    values.reserveCapacity(count)
    for index in 0..<count { values.append(try decoder.decode(type, row: index)) }
    return values
  }
}

/// How the coding keys of a Decodable row are made of its columns' names.
public enum PostgresKeyStrategy: Sendable, Hashable {
  /// The names as they are.
  case columnNames
  /// `created_at` is `createdAt`; underscores at either end stay, as with Foundation's JSONDecoder.
  case convertFromSnakeCase

  /// The key of a column.
  func key(ofColumn name: String) -> String {
    guard self == .convertFromSnakeCase else { return name }
    let leading = name.prefix { $0 == "_" }
    let rest = name.dropFirst(leading.count)
    let trailing = rest.reversed().prefix { $0 == "_" }
    let words = rest.dropLast(trailing.count).split(separator: "_")
    guard words.count > 1 else { return name }
    // What comes first keeps its letters; a word after it keeps all but its first.
    let key = words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    return leading + key + String(repeating: "_", count: trailing.count)
  }
}

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

/// The values of a row by their columns' names.
struct PostgresRowKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: PostgresRowDecoder

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { decoder.columnNames.compactMap { Key(stringValue: $0) } }

  private func cell(_ key: any CodingKey) throws(PostgresError) -> PostgresRowCell {
    let name = key.stringValue
    guard let column = decoder.column(name) else { throw decoder.row.noColumn("\"\(name)\"") }
    return decoder.cell(column, path: [key])
  }

  /// The way for types that know the binary format; no cell is made.
  private func value<Value: PostgresDecodable>(
    _ type: Value.Type, _ key: Key
  ) throws(PostgresError) -> Value {
    let name = key.stringValue
    guard let column = decoder.column(name) else { throw decoder.row.noColumn("\"\(name)\"") }
    return try decoder.row.decode(type, at: column)
  }

  func contains(_ key: Key) -> Bool { decoder.column(key.stringValue) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try cell(key).isNull }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(type, key) }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(type, key) }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(type, key) }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(type, key) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(type, key) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try cell(key).integer(type) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(type, key) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(type, key) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(type, key) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try cell(key).integer(type) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(type, key) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try cell(key).integer(type) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(type, key) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(type, key) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try cell(key).decodable(type)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try cell(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try cell(key).unkeyedContainer()
  }

  /// The row itself, which a superclass has its columns in too.
  func superDecoder() -> any Decoder { decoder }

  func superDecoder(forKey key: Key) throws -> any Decoder { try cell(key) }
}
