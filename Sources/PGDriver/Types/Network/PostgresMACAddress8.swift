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
