/// A hardware address of 48 bits, EUI-48.
///
/// PostgreSQL manual, section 8.9, "Network Address Types".
public struct PostgresMACAddress: Sendable, Hashable, Codable {
  /// The address as a number, the first byte being the highest; 48 bits of it.
  public let bits: UInt64

  /// Makes an address of its 48 bits; nil if there are more.
  public init?(bits: UInt64) {
    guard bits < 1 << 48 else { return nil }
    self.bits = bits
  }

  private init(high: UInt16, low: UInt32) {
    bits = UInt64(high) << 32 | UInt64(low)
  }
}

extension PostgresMACAddress: CustomStringConvertible {
  /// What the server writes: 08:00:2b:01:02:03.
  public var description: String { MACText.text(bits, bytes: 6) }
}

extension PostgresMACAddress: PostgresDecodable, PostgresEncodable {
  /// macaddr.
  @inlinable public static var postgresType: PostgresType { .macaddr }

  /// Takes macaddr.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresMACAddress {
    guard type == .macaddr else { throw .typeMismatch }
    try bytes.require(6, "macaddr")
    return PostgresMACAddress(
      high: bytes.loadBigEndian(UInt16.self), low: bytes.loadBigEndian(UInt32.self, at: 2))
  }

  /// Six bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(UInt16(truncatingIfNeeded: bits >> 32))
    buffer.append(UInt32(truncatingIfNeeded: bits))
  }
}

/// A hardware address of 64 bits, EUI-64.
///
/// PostgreSQL manual, section 8.9, "Network Address Types".
public struct PostgresMACAddress8: Sendable, Hashable, Codable {
  /// The address as a number, the first byte being the highest.
  public let bits: UInt64

  /// Makes an address of its 64 bits.
  public init(bits: UInt64) {
    self.bits = bits
  }
}

extension PostgresMACAddress8: CustomStringConvertible {
  /// What the server writes: 08:00:2b:ff:fe:01:02:03.
  public var description: String { MACText.text(bits, bytes: 8) }
}

extension PostgresMACAddress8: PostgresDecodable, PostgresEncodable {
  /// macaddr8.
  @inlinable public static var postgresType: PostgresType { .macaddr8 }

  /// Takes macaddr8.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresMACAddress8 {
    guard type == .macaddr8 else { throw .typeMismatch }
    try bytes.require(8, "macaddr8")
    return PostgresMACAddress8(bits: bytes.loadBigEndian(UInt64.self))
  }

  /// Eight bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(bits)
  }
}

/// How hardware addresses are written.
enum MACText {
  /// The lowest bytes of a number, each as two hexadecimal digits, with colons between.
  static func text(_ bits: UInt64, bytes count: Int) -> String {
    var text = ""
    for shift in stride(from: 8 * (count - 1), through: 0, by: -8) {
      let byte = UInt8(truncatingIfNeeded: bits >> UInt64(shift))
      if !text.isEmpty { text += ":" }
      if byte < 16 { text += "0" }
      text += String(byte, radix: 16)
    }
    return text
  }
}
