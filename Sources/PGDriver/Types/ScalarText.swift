#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

// The text format of the scalar types. Each takes from text what it takes from the binary format.

extension PostgresType {
  fileprivate var isInteger: Bool { self == .int8 || self == .int4 || self == .int2 }
}

extension Bool {
  /// Takes boolean: t or f.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Bool {
    guard type == .bool else { throw .typeMismatch }
    try text.require(1, "boolean")
    switch text.loadBigEndian(UInt8.self) {
    case UInt8(ascii: "t"): return true
    case UInt8(ascii: "f"): return false
    default: throw .malformed("boolean")
    }
  }
}

extension Int16 {
  /// Takes smallint.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Int16 {
    try text.parse("smallint", if: type == .int2)
  }
}

extension Int32 {
  /// Takes smallint and integer.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Int32 {
    try text.parse("integer", if: type == .int4 || type == .int2)
  }
}

extension Int64 {
  /// Takes smallint, integer, bigint and oid.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Int64 {
    try text.parse("integer", if: type.isInteger || type == .oid)
  }
}

extension Int {
  /// Takes smallint, integer, bigint and oid.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Int {
    guard let value = Int(exactly: try Int64.decode(text: text, as: type)) else { throw .outOfRange }
    return value
  }
}

extension UInt32 {
  /// Takes oid, xid and cid; the aliases of oid, such as regclass, are names in text format.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt32 {
    try text.parse("oid", if: type == .oid || isAlias(type))
  }
}

extension UInt64 {
  /// Takes xid8, pg_lsn and oid.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt64 {
    guard type == PostgresLSN.postgresType else {
      return try text.parse("xid8", if: type == postgresType || type == .oid || UInt32.isAlias(type))
    }
    return try PostgresLSN.decode(text: text, as: type).position
  }
}

extension UInt8 {
  /// Takes "char": a byte of ASCII, a backslash and three octal digits, or nothing for the byte 0.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt8 {
    guard type == .char else { throw .typeMismatch }
    let bytes = text.copy()
    switch bytes.count {
    case 0: return 0
    case 1: return bytes[0]
    case 4 where bytes[0] == UInt8(ascii: "\\"):
      guard let byte = UInt8(String(decoding: bytes[1...], as: UTF8.self), radix: 8) else {
        throw .malformed("\"char\"")
      }
      return byte
    default: throw .malformed("\"char\"")
    }
  }
}

extension Float {
  /// Takes real.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Float {
    try text.parse("real", if: type == .float4)
  }
}

extension Double {
  /// Takes real, to its own precision, and double precision.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Double {
    if type == .float4 { return Double(try Float.decode(text: text, as: type)) }
    return try text.parse("double precision", if: type == .float8)
  }
}

extension PostgresNumeric {
  /// Takes numeric, and the integers.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresNumeric {
    try text.parse("numeric", if: type == .numeric || type.isInteger || type == .oid)
  }
}

extension PostgresUUID {
  /// Takes uuid.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresUUID {
    try text.parse("uuid", if: type == .uuid)
  }
}

extension PostgresBits {
  /// Takes bit and bit varying.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresBits {
    try text.parse("bit string", if: type == .varbit || type == .bit)
  }
}

extension String {
  /// Takes every type: what its output function wrote.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> String {
    try decodeText(text)
  }
}

extension PostgresEnum {
  /// Takes a label.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self {
    let label = try String.decodeText(text)
    guard let value = Self(rawValue: label) else { throw .label(label) }
    return value
  }
}

extension PostgresJSON {
  /// Takes json and jsonb.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSON {
    guard type == .json || type == .jsonb else { throw .typeMismatch }
    return PostgresJSON(try String.decodeText(text))
  }
}

extension PostgresJSONB {
  /// Takes jsonb.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSONB {
    guard type == .jsonb else { throw .typeMismatch }
    return PostgresJSONB(try String.decodeText(text))
  }
}

extension PostgresRawValue {
  /// Takes every type: the bytes that its output function wrote.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresRawValue {
    PostgresRawValue(type: type, format: .text, bytes: text.copy())
  }
}

extension Optional where Wrapped: PostgresDecodable {
  /// Decodes the wrapped type.
  @inlinable
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self {
    try Wrapped.decode(text: text, as: type)
  }
}

extension Date {
  /// Takes timestamp with time zone, with DateStyle ISO, but for the infinities.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Date {
    let timestamp = try PostgresTimestampTZ.decode(text: text, as: type)
    guard timestamp != .infinity && timestamp != .negativeInfinity else { throw .outOfRange }
    return Date(timestamp)
  }
}

extension UUID {
  /// Takes uuid.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UUID {
    let bits = try PostgresUUID.decode(text: text, as: type).value
    return withUnsafeBytes(of: bits.bigEndian) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}
