extension UInt32: PostgresDecodable, PostgresEncodable {
  /// oid.
  @inlinable public static var postgresType: PostgresType { .oid }

  /// Takes oid, its aliases such as regclass, xid and cid.
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt32
  {
    guard type == .oid || isAlias(type) else { throw .typeMismatch }
    try bytes.require(4, "oid")
    return bytes.loadBigEndian(UInt32.self)
  }

  /// Four bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }

  @usableFromInline
  static func isAlias(_ type: PostgresType) -> Bool {
    switch type.oid {
    // regproc, xid, cid, regprocedure to regtype, regconfig, regdictionary, regnamespace, regrole,
    // regcollation
    case 24, 28, 29, 2202...2206, 3734, 3769, 4089, 4096, 4191: true
    default: false
    }
  }
}

extension UInt64: PostgresDecodable, PostgresEncodable {
  /// xid8.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 5069) }

  /// Takes xid8 and pg_lsn, and oid.
  @inlinable
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt64
  {
    guard type == postgresType || type.oid == 3220 else { return UInt64(try UInt32.decode(bytes, as: type)) }
    try bytes.require(8, "xid8")
    return bytes.loadBigEndian(UInt64.self)
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }
}

extension UInt8: PostgresDecodable, PostgresEncodable {
  /// "char"; but an array of bytes is bytea.
  @inlinable public static var postgresType: PostgresType { .char }

  /// Takes "char".
  @inlinable @inline(__always)
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UInt8
  {
    guard type == .char else { throw .typeMismatch }
    try bytes.require(1, "\"char\"")
    return bytes.loadBigEndian(UInt8.self)
  }

  /// One byte.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(self) }
}

/// A universally unique identifier, 128 bits.
///
/// PostgreSQL manual, section 8.12, "UUID Type". Foundation's UUID can be used in its place.
public struct PostgresUUID: Sendable, Hashable, Codable {
  /// The bits as a number, the first byte being the highest.
  public let value: UInt128

  /// Makes an identifier of its bits.
  @inlinable
  public init(value: UInt128) {
    self.value = value
  }

  /// Makes a random identifier, version 4 of RFC 9562.
  public static func random() -> PostgresUUID {
    let bits = UInt128.random(in: 0...UInt128.max)
    let version: UInt128 = 0xf << 76
    let variant: UInt128 = 0x3 << 62
    return PostgresUUID(value: bits & ~version & ~variant | 0x4 << 76 | 0x2 << 62)
  }
}

extension PostgresUUID: Comparable {
  /// Whether it comes first byte by byte, as in PostgreSQL.
  @inlinable
  public static func < (a: PostgresUUID, b: PostgresUUID) -> Bool { a.value < b.value }
}

extension PostgresUUID: LosslessStringConvertible {
  /// 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
  public var description: String {
    var digits: [UInt8] = []
    digits.reserveCapacity(36)
    for shift in stride(from: 124, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt128(shift)) & 0xf
      digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
      if shift == 96 || shift == 80 || shift == 64 || shift == 48 { digits.append(0x2d) }
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// Reads 32 hexadecimal digits in either case, with or without hyphens; nil if it is anything else.
  public init?(_ description: String) {
    let digits = description.utf8.filter { $0 != 0x2d }
    guard digits.count == 32, digits.first != 0x2b,
      let value = UInt128(String(decoding: digits, as: UTF8.self), radix: 16)
    else { return nil }
    self.init(value: value)
  }
}

extension PostgresUUID: PostgresDecodable, PostgresEncodable {
  /// uuid.
  @inlinable public static var postgresType: PostgresType { .uuid }

  /// Takes uuid.
  @inlinable @inline(__always)
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresUUID {
    guard type == .uuid else { throw .typeMismatch }
    try bytes.require(16, "uuid")
    let high = bytes.loadBigEndian(UInt64.self)
    return PostgresUUID(value: UInt128(high) << 64 | UInt128(bytes.loadBigEndian(UInt64.self, at: 8)))
  }

  /// 16 bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(value) }
}
