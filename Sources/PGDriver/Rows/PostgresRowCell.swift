/// A value of a row, or a part of an array in it, that a Decodable type is decoded from.
struct PostgresRowCell {
  enum Content {
    /// A value in the result's format; no bytes stand for NULL. The row keeps the bytes alive.
    case value(PostgresType, UnsafeRawBufferPointer?)
    /// The elements of a dimension of an array.
    case elements([PostgresRowCell])
  }

  let row: PostgresRow
  let column: Int
  let codingPath: [any CodingKey]
  let content: Content
  /// Whether it is an element of an array, where the server names domains.
  var isElement = false

  var isNull: Bool {
    if case .value(_, nil) = content { true } else { false }
  }

  /// Decodes a type that knows the binary format.
  func value<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
    guard case .value(let found, let bytes) = content else {
      throw failure(.dimensions(codingPath.count), expected: Value.self)
    }
    do throws(PostgresDecodingFailure) {
      guard let bytes else { return try Value.decodeNull() }
      if row.result.isText { return try Value.decode(text: bytes.bytes, as: found) }
      return isElement && found.isUserDefined
        ? try Value.decodeUserDefined(bytes.bytes, as: found) : try Value.decode(bytes.bytes, as: found)
    } catch {
      throw failure(error, expected: Value.self)
    }
  }

  /// Decodes an integer type that PostgreSQL lacks, or that may hold more than the column's.
  func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(PostgresError) -> Value {
    guard let value = Value(exactly: try value(Int64.self)) else {
      throw failure(.outOfRange, expected: Value.self)
    }
    return value
  }

  /// Decodes a Decodable type: by the binary format if it knows that, else by its own `init(from:)`.
  func decodable<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let known = type as? any PostgresDecodable.Type {
      guard let decoded = try value(known) as? Value else { throw failure(.typeMismatch, expected: type) }
      return decoded
    }
    return try Value(from: self)
  }

  /// The cells of an array.
  func elements(expected: Any.Type) throws(PostgresError) -> [PostgresRowCell] {
    switch content {
    case .elements(let cells): return cells
    case .value(_, nil): throw failure(.null, expected: expected)
    case .value(let type, let bytes?):
      do throws(PostgresDecodingFailure) {
        return try split(bytes.bytes, as: type)
      } catch {
        throw failure(error, expected: expected)
      }
    }
  }

  private func split(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> [PostgresRowCell] {
    guard !row.result.isText else { throw .textFormat }
    let header = try PostgresArrayHeader(bytes, as: type)
    guard header.dimensionCount > 0 else { return [] }
    var offset = header.byteCount
    return try split(bytes, header, at: &offset, depth: 0)
  }

  private func split(
    _ bytes: RawSpan, _ header: PostgresArrayHeader, at offset: inout Int, depth: Int
  ) throws(PostgresDecodingFailure) -> [PostgresRowCell] {
    var cells: [PostgresRowCell] = []
    for _ in 0..<header.length(in: bytes, depth: depth) {
      let content: Content
      if depth + 1 < header.dimensionCount {
        content = .elements(try split(bytes, header, at: &offset, depth: depth + 1))
      } else {
        let field = try bytes.readField(at: &offset)
        // Unsafe: the bytes are the row's, which the cell refers to.
        let element = field.map { field in
          bytes.extracting(unchecked: field).withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[...]) }
        }
        content = .value(header.elementType, element)
      }
      cells.append(
        PostgresRowCell(
          row: row, column: column, codingPath: codingPath, content: content, isElement: true))
    }
    return cells
  }

  func failure(_ failure: PostgresDecodingFailure, expected: Any.Type) -> PostgresError {
    row.failure(failure, column: column, expected: "\(expected)")
  }
}

extension PostgresRowCell: Decoder {
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw PostgresError(
      .decoding,
      "Column \"\(row.result.name(ofColumn: column))\" (number \(column)) holds one value, without names in "
        + "it. Decode it as String or PostgresJSON if it is JSON, or as PostgresComposite if it is a row.")
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    PostgresRowUnkeyedContainer(codingPath: codingPath, cells: try elements(expected: [Any].self))
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension PostgresRowCell: SingleValueDecodingContainer {
  func decodeNil() -> Bool { isNull }
  func decode(_ type: Bool.Type) throws -> Bool { try value(type) }
  func decode(_ type: String.Type) throws -> String { try value(type) }
  func decode(_ type: Double.Type) throws -> Double { try value(type) }
  func decode(_ type: Float.Type) throws -> Float { try value(type) }
  func decode(_ type: Int.Type) throws -> Int { try value(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try value(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try value(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try value(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try value(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try value(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try value(type) }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decodable(type) }
}

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
