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
