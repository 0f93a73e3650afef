/// A host's address and, with a prefix shorter than the address, its network.
///
/// PostgreSQL manual, section 8.9, "Network Address Types".
public struct PostgresInet: Sendable, Hashable, Codable {
  /// The address.
  public let address: PostgresIPAddress
  /// How many bits, from the highest, are the network's.
  public let prefixLength: UInt8

  /// Makes an address of a single host.
  public init(_ address: PostgresIPAddress) {
    self.address = address
    prefixLength = UInt8(address.bitWidth)
  }

  /// Makes an address in a network; nil if the prefix is longer than the address.
  public init?(_ address: PostgresIPAddress, prefixLength: Int) {
    guard (0...address.bitWidth).contains(prefixLength) else { return nil }
    self.address = address
    self.prefixLength = UInt8(prefixLength)
  }
}

extension PostgresInet: CustomStringConvertible {
  /// What the server writes: 192.0.2.1, or 192.0.2.1/24.
  public var description: String {
    prefixLength == address.bitWidth ? "\(address)" : "\(address)/\(prefixLength)"
  }
}

extension PostgresInet: PostgresDecodable, PostgresEncodable {
  /// inet.
  @inlinable public static var postgresType: PostgresType { .inet }

  /// Takes inet and cidr.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresInet {
    guard type == .inet || type == .cidr else { throw .typeMismatch }
    let (address, prefixLength) = try NetworkFormat.decode(bytes)
    return PostgresInet(decoded: address, prefixLength: prefixLength)
  }

  private init(decoded address: PostgresIPAddress, prefixLength: UInt8) {
    self.address = address
    self.prefixLength = prefixLength
  }

  /// 8 or 20 bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    NetworkFormat.encode(address, prefixLength: prefixLength, isCIDR: false, into: &buffer)
  }
}
