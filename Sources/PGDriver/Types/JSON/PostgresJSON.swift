/// A value of type json: JSON that the server keeps letter for letter.
///
/// PostgreSQL manual, section 8.14, "JSON Types". The text isn't checked here; the server does that.
public struct PostgresJSON: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The JSON text.
  public let text: String

  /// Makes a value of JSON text.
  public init(_ text: String) {
    self.text = text
  }

  /// The JSON text.
  public var description: String { text }
}

extension PostgresJSON: PostgresDecodable, PostgresEncodable {
  /// json.
  @inlinable public static var postgresType: PostgresType { .json }

  /// Takes json and jsonb.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSON {
    switch type {
    case .json: PostgresJSON(try String.decodeText(bytes))
    case .jsonb: PostgresJSON(try PostgresJSONB.decode(bytes, as: type).text)
    default: throw .typeMismatch
    }
  }

  /// The text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(text: text)
  }
}
