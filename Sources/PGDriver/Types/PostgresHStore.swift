/// Keys and their values, any of which may be NULL, of the extension hstore.
///
/// PostgreSQL manual, section F.18, "hstore". Keys that Unicode holds for equivalent are one key here, as
/// in every Dictionary.
public struct PostgresHStore: Sendable, Hashable, Codable {
  /// The values by their keys; nil is NULL.
  public var values: [String: String?]

  /// Makes a store of keys and values.
  @inlinable
  public init(_ values: [String: String?]) {
    self.values = values
  }

  /// The value of a key; nil if it is NULL or there is no such key.
  @inlinable public subscript(key: String) -> String? { values[key] ?? nil }
}

extension PostgresHStore: ExpressibleByDictionaryLiteral {
  /// Makes a store of keys and values; of two with the same key the first counts, as in PostgreSQL.
  public init(dictionaryLiteral elements: (String, String?)...) {
    values = Dictionary(elements, uniquingKeysWith: { first, _ in first })
  }
}

extension PostgresHStore: LosslessStringConvertible {
  /// What the server reads, with the keys in order: "a"=>"1", "b"=>NULL.
  public var description: String {
    values.sorted { $0.key < $1.key }.map { key, value in
      let right = value.map { TextQuoting.quoted($0, escapingBy: .backslash) } ?? "NULL"
      return "\(TextQuoting.quoted(key, escapingBy: .backslash))=>\(right)"
    }.joined(separator: ", ")
  }

  /// Reads what the server writes (hstore_out in contrib/hstore/hstore_io.c); nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    var values: [String: String?] = [:]
    guard !scanner.isAtEnd else {
      self.init([:])
      return
    }
    repeat {
      guard let key = scanner.quoted(), scanner.take("=>") else { return nil }
      let value: String? = scanner.quoted()
      guard value != nil || scanner.take("NULL") else { return nil }
      if values[key] == nil { values.updateValue(value, forKey: key) }
    } while scanner.take(", ")
    guard scanner.isAtEnd else { return nil }
    self.init(values)
  }
}

extension TextScanner {
  /// Takes a text in quotation marks, in which a backslash stands before the character that is meant.
  fileprivate mutating func quoted() -> String? {
    let start = self
    guard take("\"") else { return nil }
    var text = ""
    while true {
      text += take { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
      if take("\"") { return text }
      if take("\\\\") {
        text += "\\"
      } else if take("\\\"") {
        text += "\""
      } else {
        self = start
        return nil
      }
    }
  }
}

extension PostgresHStore: PostgresDecodable, PostgresEncodable {
  /// Unspecified: the type is an extension's, and the server infers it.
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Takes hstore: the number of pairs, and each key and value as a field (hstore_send, ibidem).
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresHStore {
    guard type.isUserDefined else { throw .typeMismatch }
    try bytes.requireAtLeast(4, "hstore")
    let count = Int(bytes.loadBigEndian(Int32.self))
    // A pair has two lengths at least.
    guard count >= 0, count <= (bytes.byteCount - 4) / 8 else { throw .malformed("hstore") }
    var values: [String: String?] = [:]
    values.reserveCapacity(count)
    var offset = 4
    for _ in 0..<count {
      guard let field = try bytes.readField(at: &offset) else { throw .malformed("hstore") }
      let key = try String.decodeText(bytes.extracting(unchecked: field))
      let value: String? =
        if let field = try bytes.readField(at: &offset) {
          try String.decodeText(bytes.extracting(unchecked: field))
        } else {
          nil
        }
      if values[key] == nil { values.updateValue(value, forKey: key) }
    }
    guard offset == bytes.byteCount else { throw .malformed("hstore") }
    return PostgresHStore(values)
  }

  /// Takes hstore.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresHStore {
    try text.parse("hstore", if: type.isUserDefined)
  }

  /// The number of pairs, and each key and value as a field.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard let count = Int32(exactly: values.count) else { throw PostgresParameterBuffer.tooLarge }
    buffer.append(count)
    // In order, so that equal values are equal bytes.
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      try buffer.append(field: key)
      try buffer.append(field: value)
    }
  }
}
