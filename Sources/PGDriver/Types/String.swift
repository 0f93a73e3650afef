extension String: PostgresDecodable, PostgresEncodable {
  /// Unspecified, so that a string may stand for a value of any type: text, an enum's label, jsonb and so on.
  ///
  /// psycopg 3 does so too, for the same reason (its manual, "Adapting basic Python types", "Strings adaptation").
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Text, for the server reads it with the input function of the type that it inferred.
  @inlinable public static var postgresFormat: PostgresFormat { .text }

  /// Takes text, character varying, character, name, unknown, "char", json and enums' labels as text.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> String
  {
    switch type {
    case .text, .varchar, .bpchar, .name, .unknown: break
    default: throw .typeMismatch
    }
    return bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// The UTF-8 bytes.
  ///
  /// - Throws: `encoding` if there is a zero character, which PostgreSQL's text can't hold.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    let start = buffer.bytes.count
    buffer.bytes.append(contentsOf: utf8)
    guard !buffer.bytes[start...].contains(0) else {
      throw PostgresError(
        .encoding,
        "PostgreSQL's text can't hold the character U+0000. Send the value as bytes, or take it out.")
    }
  }
}
