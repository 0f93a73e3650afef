/// A network's address, with no bit set behind the prefix.
///
/// PostgreSQL manual, section 8.9, "Network Address Types".
public struct PostgresCIDR: Sendable, Hashable, Codable {
  /// The network's address.
  public let address: PostgresIPAddress
  /// How many bits, from the highest, are the network's.
  public let prefixLength: UInt8

  /// Makes a network; nil if the prefix is longer than the address, or a bit behind it is set.
  public init?(_ address: PostgresIPAddress, prefixLength: Int) {
    guard (0...address.bitWidth).contains(prefixLength) else { return nil }
    let hostBits = UInt128(address.bitWidth - prefixLength)
    guard address.bits & ~(UInt128.max << hostBits) == 0 else { return nil }
    self.init(decoded: address, prefixLength: UInt8(prefixLength))
  }

  private init(decoded address: PostgresIPAddress, prefixLength: UInt8) {
    self.address = address
    self.prefixLength = prefixLength
  }
}

extension PostgresCIDR: CustomStringConvertible {
  /// What the server writes: 192.0.2.0/24.
  public var description: String { "\(address)/\(prefixLength)" }
}

extension PostgresCIDR: PostgresDecodable, PostgresEncodable {
  /// cidr.
  @inlinable public static var postgresType: PostgresType { .cidr }

  /// Takes cidr.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresCIDR {
    guard type == .cidr else { throw .typeMismatch }
    let (address, prefixLength) = try NetworkFormat.decode(bytes)
    return PostgresCIDR(decoded: address, prefixLength: prefixLength)
  }

  /// 8 or 20 bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    NetworkFormat.encode(address, prefixLength: prefixLength, isCIDR: true, into: &buffer)
  }
}
