/// The values of a row, or the elements of an array, one after another.
struct PostgresRowUnkeyedContainer: UnkeyedDecodingContainer {
  let codingPath: [any CodingKey]
  let cells: [PostgresRowCell]
  private(set) var currentIndex = 0

  init(codingPath: [any CodingKey], cells: [PostgresRowCell]) {
    self.codingPath = codingPath
    self.cells = cells
  }

  var count: Int? { cells.count }
  var isAtEnd: Bool { currentIndex >= cells.count }

  private mutating func next<Value>(
    _ type: Value.Type, _ decode: (PostgresRowCell) throws -> Value
  ) throws -> Value {
    guard !isAtEnd else {
      throw PostgresError(.decoding, "There is no value number \(currentIndex), only \(cells.count).")
    }
    let value = try decode(cells[currentIndex])
    currentIndex += 1
    return value
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, cells[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next(type) { try $0.decodable(type) }
  }

  mutating func nestedContainer<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    try next(KeyedDecodingContainer<Key>.self) { try $0.container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next((any UnkeyedDecodingContainer).self) { try $0.unkeyedContainer() }
  }

  mutating func superDecoder() throws -> any Decoder {
    try next((any Decoder).self) { $0 }
  }
}
