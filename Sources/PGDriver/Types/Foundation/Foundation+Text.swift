#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Date {
  /// Takes timestamp with time zone, with DateStyle ISO, but for the infinities.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Date {
    let timestamp = try PostgresTimestampTZ.decode(text: text, as: type)
    guard timestamp != .infinity && timestamp != .negativeInfinity else { throw .outOfRange }
    return Date(timestamp)
  }
}

extension UUID {
  /// Takes uuid.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UUID {
    let bits = try PostgresUUID.decode(text: text, as: type).value
    return withUnsafeBytes(of: bits.bigEndian) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}
