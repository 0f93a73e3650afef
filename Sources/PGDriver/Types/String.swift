import PGSystem

extension String: PostgresDecodable, PostgresEncodable {
  /// Unspecified, so that a string may stand for a value of any type: text, an enum's label, jsonb and so on.
  ///
  /// psycopg 3 does so too, for the same reason (its manual, "Adapting basic Python types", "Strings
  /// adaptation").
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Text, for the server reads it with the input function of the type that it inferred.
  @inlinable public static var postgresFormat: PostgresFormat { .text }

  /// text, so `[String]` is declared as text[]; cast it (`$1::text[]::mood[]`) where another array is wanted.
  @inlinable public static var postgresElementType: PostgresType { .text }

  /// Takes text, character varying, character, name, unknown, "char", json, jsonb and xml; and of the types
  /// that aren't built in, such as enums and citext, what is text: valid UTF-8 without control characters.
  ///
  /// The built-in types' bytes are never taken for text by accident. Of other types, whose formats aren't
  /// known, use `PostgresEnum` or `PostgresRawValue` where that must be ruled out too.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> String
  {
    switch type {
    case .text, .varchar, .bpchar, .name: try decodeText(bytes)
    default: try decodeOther(bytes, as: type)
    }
  }

  /// The UTF-8 bytes.
  ///
  /// - Throws: `encoding` if there is a zero character, which PostgreSQL's text can't hold.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(text: self)
  }

  /// Copies the bytes, which a server whose encoding is SQL_ASCII doesn't promise to be UTF-8.
  @usableFromInline
  static func decodeText(_ bytes: RawSpan) throws(PostgresDecodingFailure) -> String {
    let text = bytes.withUnsafeBytes { raw in
      raw.isASCII ? String(decoding: raw, as: UTF8.self) : raw.validText
    }
    guard let text else { throw .malformed("UTF-8 text") }
    return text
  }

  @usableFromInline
  static func decodeOther(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> String {
    switch type {
    case .unknown, .json, PostgresType(oid: 142), PostgresType(oid: 1790), PostgresType(oid: 2275):
      return try decodeText(bytes)
    // void, what a function without a result returns: no bytes, and an empty text in psql, too.
    case PostgresType(oid: 2278):
      return try decodeText(bytes)
    case .jsonb:
      return try PostgresJSONB.decode(bytes, as: type).text
    case .char:
      let byte = try UInt8.decode(bytes, as: type)
      guard byte < 0x80 else { throw .malformed("UTF-8 text") }
      // The server writes the zero byte as no character (charout in src/backend/utils/adt/char.c).
      return byte == 0 ? "" : String(UnicodeScalar(byte))
    default:
      guard type.isUserDefined, bytes.isPrintable, let text = try? decodeText(bytes) else {
        throw .typeMismatch
      }
      return text
    }
  }
}

extension RawSpan {
  /// Whether there is no control character but those that lay text out.
  fileprivate var isPrintable: Bool {
    withUnsafeBytes { bytes in
      bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes as text; nil if they aren't UTF-8.
  ///
  /// `String(decoding:as:)` puts U+FFFD where they aren't, so this looks whether they are still the same.
  /// That, and a look for bytes beyond ASCII first, takes less than half the time of
  /// `String(validating:as:)`.
  fileprivate var validText: String? {
    var text = String(decoding: self, as: UTF8.self)
    let isSame = text.withUTF8 { utf8 in
      guard utf8.count == count, let a = utf8.baseAddress, let b = baseAddress else { return false }
      return memcmp(a, b, count) == 0
    }
    return isSame ? text : nil
  }

  /// Whether all bytes are less than 128; eight are looked at at a time, the last eight maybe twice.
  fileprivate var isASCII: Bool {
    guard count >= 8 else { return reduce(0) { $0 | $1 } < 0x80 }
    var all = loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    var offset = 0
    while offset &+ 8 <= count {
      all |= loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      offset &+= 8
    }
    return all & 0x8080_8080_8080_8080 == 0
  }
}

/// A Swift enum of strings that stands for a PostgreSQL enum by its labels.
///
///     enum Mood: String, PostgresEnum { case sad, ok, happy }
///
/// Declare the conformance; the rest is done. PostgreSQL manual, section 8.7, "Enumerated Types".
public protocol PostgresEnum: PostgresCodable, RawRepresentable<String> {}

extension PostgresEnum {
  /// Unspecified: an enum's object identifier differs from database to database, so the server infers it.
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Text.
  @inlinable public static var postgresFormat: PostgresFormat { .text }

  /// Takes a label from an enum's column, or from one of text.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self {
    let label = try String.decode(bytes, as: type)
    guard let value = Self(rawValue: label) else { throw .label(label) }
    return value
  }

  /// The label.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(text: rawValue)
  }
}
