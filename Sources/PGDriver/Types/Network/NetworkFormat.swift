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
