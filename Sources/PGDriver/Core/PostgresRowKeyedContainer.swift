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
