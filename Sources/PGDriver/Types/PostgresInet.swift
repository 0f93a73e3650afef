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

/// An address of IP version 4 or 6.
public struct PostgresIPAddress: Sendable, Hashable, Codable {
  /// The protocol's version.
  public enum Version: UInt8, Sendable, Hashable, Codable {
    /// 32 bits.
    case v4 = 4
    /// 128 bits.
    case v6 = 6
  }

  /// The protocol's version.
  public let version: Version

  /// The address as a number, the first byte being the highest; 32 bits of it in version 4.
  public let bits: UInt128

  /// Makes an address of version 4.
  public init(v4 bits: UInt32) {
    version = .v4
    self.bits = UInt128(bits)
  }

  /// Makes an address of version 6.
  public init(v6 bits: UInt128) {
    version = .v6
    self.bits = bits
  }

  /// 32 or 128.
  public var bitWidth: Int { version == .v4 ? 32 : 128 }
}

extension PostgresIPAddress: CustomStringConvertible {
  /// 192.0.2.1 or 2001:db8::1.
  ///
  /// Of version 6, as src/port/inet_net_ntop.c does it: the longest run of zero words is `::`, the first of
  /// equals; what embeds an address of version 4 shows that.
  public var description: String {
    if version == .v4 { return Self.dotted(UInt32(truncatingIfNeeded: bits)) }
    let words = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
    let zeros = Self.longestZeros(in: words)
    let embedsV4 =
      zeros.lowerBound == 0
      && (zeros.count == 6 || zeros.count == 7 && words[7] != 1 || zeros.count == 5 && words[5] == 0xffff)
    var text = ""
    var index = 0
    while index < 8 {
      if index == zeros.lowerBound && !zeros.isEmpty {
        text += "::"
        index = zeros.upperBound
        continue
      }
      if !text.isEmpty && !text.hasSuffix(":") { text += ":" }
      if embedsV4 && index == 6 { return text + Self.dotted(UInt32(truncatingIfNeeded: bits)) }
      text += String(words[index], radix: 16)
      index += 1
    }
    return text
  }

  private static func dotted(_ bits: UInt32) -> String {
    (0..<4).map { String(bits >> UInt32(24 - 8 * $0) & 0xff) }.joined(separator: ".")
  }

  /// Where the longest run of two or more zero words is; empty if there is none.
  private static func longestZeros(in words: [UInt16]) -> Range<Int> {
    var best = 8..<8
    var start = 0
    for index in 0...8 where index == 8 || words[index] != 0 {
      if index - start >= 2 && index - start > best.count { best = start..<index }
      start = index + 1
    }
    return best
  }
}

/// The binary format of inet and cidr: family, prefix length, whether it is a cidr, the address's length, the
/// address.
///
/// network_send in src/backend/utils/adt/network.c; the families are those of src/include/utils/inet.h, the
/// same on all platforms.
enum NetworkFormat {
  private static let v4: UInt8 = 2
  private static let v6: UInt8 = 3

  static func decode(
    _ bytes: RawSpan
  ) throws(PostgresDecodingFailure) -> (address: PostgresIPAddress, prefixLength: UInt8) {
    try bytes.requireAtLeast(4, "inet")
    let family = bytes.loadBigEndian(UInt8.self)
    let prefixLength = bytes.loadBigEndian(UInt8.self, at: 1)
    let length = bytes.loadBigEndian(UInt8.self, at: 3)
    if family == v4, length == 4, bytes.byteCount == 8, prefixLength <= 32 {
      return (PostgresIPAddress(v4: bytes.loadBigEndian(UInt32.self, at: 4)), prefixLength)
    }
    guard family == v6, length == 16, bytes.byteCount == 20, prefixLength <= 128 else {
      throw .malformed("inet")
    }
    let high = UInt128(bytes.loadBigEndian(UInt64.self, at: 4))
    return (
      PostgresIPAddress(v6: high << 64 | UInt128(bytes.loadBigEndian(UInt64.self, at: 12))), prefixLength
    )
  }

  static func encode(
    _ address: PostgresIPAddress, prefixLength: UInt8, isCIDR: Bool,
    into buffer: inout PostgresParameterBuffer
  ) {
    buffer.append(address.version == .v4 ? v4 : v6)
    buffer.append(prefixLength)
    buffer.append(isCIDR ? 1 as UInt8 : 0)
    buffer.append(UInt8(address.bitWidth / 8))
    switch address.version {
    case .v4: buffer.append(UInt32(truncatingIfNeeded: address.bits))
    case .v6: buffer.append(address.bits)
    }
  }
}
