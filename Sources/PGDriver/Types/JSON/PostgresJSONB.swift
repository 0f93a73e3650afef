/// A value of type jsonb: JSON that the server takes apart, and writes in its own order and spacing.
///
/// PostgreSQL manual, section 8.14, "JSON Types". The text isn't checked here; the server does that.
public struct PostgresJSONB: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The JSON text.
  public let text: String

  /// Makes a value of JSON text.
  public init(_ text: String) {
    self.text = text
  }

  /// The JSON text.
  public var description: String { text }
}

extension PostgresJSONB: PostgresDecodable, PostgresEncodable {
  /// jsonb.
  @inlinable public static var postgresType: PostgresType { .jsonb }

  /// Takes jsonb: a version, which is 1, and the text (jsonb_send in src/backend/utils/adt/jsonb.c).
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSONB {
    guard type == .jsonb else { throw .typeMismatch }
    try bytes.requireAtLeast(1, "jsonb")
    guard bytes.loadBigEndian(UInt8.self) == 1 else { throw .malformed("jsonb of version 1") }
    return PostgresJSONB(try String.decodeText(bytes.extracting(droppingFirst: 1)))
  }

  /// The version and the text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    buffer.append(1 as UInt8)
    try buffer.append(text: text)
  }
}
