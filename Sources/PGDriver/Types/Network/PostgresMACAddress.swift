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
