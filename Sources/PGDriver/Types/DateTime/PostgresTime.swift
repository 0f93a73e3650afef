/// A time of day, from 00:00:00 to 24:00:00.
///
/// PostgreSQL manual, section 8.5, "Date/Time Types".
public struct PostgresTime: Sendable, Hashable, Codable {
  /// Microseconds since midnight.
  public let microseconds: Int64

  /// Makes a time of its distance from midnight, in microseconds.
  @inlinable
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Makes a time; nil unless each part is in its usual range, or it is 24:00.
  public init?(hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0) {
    guard (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second),
      (0...999_999).contains(microsecond), hour < 24 || (minute, second, microsecond) == (0, 0, 0)
    else { return nil }
    self.init(microseconds: Int64(((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond))
  }
}

extension PostgresTime: Comparable {
  /// Whether it is earlier.
  @inlinable
  public static func < (a: PostgresTime, b: PostgresTime) -> Bool { a.microseconds < b.microseconds }
}

extension PostgresTime {
  /// What the server writes: 04:05:06.789.
  public var description: String { ClockText.text(microseconds: microseconds) }
}

extension PostgresTime: PostgresDecodable, PostgresEncodable {
  /// time without time zone.
  @inlinable public static var postgresType: PostgresType { .time }

  /// Takes time without time zone.
  @inlinable @inline(__always)
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTime {
    guard type == .time else { throw .typeMismatch }
    try bytes.require(8, "time")
    return PostgresTime(microseconds: bytes.loadBigEndian(Int64.self))
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(microseconds) }
}
