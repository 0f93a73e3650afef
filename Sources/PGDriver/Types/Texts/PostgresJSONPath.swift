/// A path into JSON.
///
/// PostgreSQL manual, section 8.14.7, "jsonpath Type". The text isn't checked here; the server does that.
public struct PostgresJSONPath: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The path, as in $.a[*] ? (@ > 1).
  public let text: String

  /// Makes a value of its text.
  public init(_ text: String) {
    self.text = text
  }

  /// The text.
  public var description: String { text }
}

extension PostgresJSONPath: PostgresDecodable, PostgresEncodable {
  /// jsonpath.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 4072) }

  /// Takes jsonpath: a version, which is 1, and the text.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSONPath {
    guard type == postgresType else { throw .typeMismatch }
    return PostgresJSONPath(try bytes.versionedText("jsonpath"))
  }

  /// Takes jsonpath.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSONPath {
    guard type == postgresType else { throw .typeMismatch }
    return PostgresJSONPath(try String.decodeText(text))
  }

  /// The version and the text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    buffer.append(1 as UInt8)
    try buffer.append(text: text)
  }
}
