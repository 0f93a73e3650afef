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
