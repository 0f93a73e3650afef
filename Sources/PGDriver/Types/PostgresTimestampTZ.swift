/// A point in time, or an infinity.
///
/// PostgreSQL manual, section 8.5, "Date/Time Types", timestamp with time zone; it keeps no zone, but shows
/// the point in the one that is set.
public struct PostgresTimestampTZ: Sendable, Hashable, Codable {
  /// Microseconds since 2000-01-01 00:00 UTC; the least and the greatest number are the infinities.
  public let microseconds: Int64

  /// Makes a point of its distance from 2000-01-01 00:00 UTC, in microseconds.
  @inlinable
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Makes a point of its date and time in UTC.
  @inlinable
  public init(utc: PostgresTimestamp) {
    self.init(microseconds: utc.microseconds)
  }

  /// Later than all others.
  public static let infinity = PostgresTimestampTZ(microseconds: .max)
  /// Earlier than all others.
  public static let negativeInfinity = PostgresTimestampTZ(microseconds: .min)

  /// Its date and time in UTC.
  @inlinable public var utc: PostgresTimestamp { PostgresTimestamp(microseconds: microseconds) }
}

extension PostgresTimestampTZ: Comparable {
  /// Whether it is earlier.
  @inlinable
  public static func < (a: PostgresTimestampTZ, b: PostgresTimestampTZ) -> Bool {
    a.microseconds < b.microseconds
  }
}

extension PostgresTimestampTZ {
  /// What the server writes with DateStyle ISO and TimeZone UTC: 2000-01-31 04:05:06.789+00.
  public var description: String { utc.text(zone: "+00") }
}

extension PostgresTimestampTZ: PostgresDecodable, PostgresEncodable {
  /// timestamp with time zone.
  @inlinable public static var postgresType: PostgresType { .timestamptz }

  /// Takes timestamp with time zone.
  @inlinable @inline(__always)
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTimestampTZ {
    guard type == .timestamptz else { throw .typeMismatch }
    try bytes.require(8, "timestamp with time zone")
    return PostgresTimestampTZ(microseconds: bytes.loadBigEndian(Int64.self))
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(microseconds) }
}

/// A time of day and its offset from UTC.
///
/// PostgreSQL manual, section 8.5, "Date/Time Types", which advises against this type.
public struct PostgresTimeTZ: Sendable, Hashable, Codable {
  /// The time of day where the offset holds.
  public let time: PostgresTime

  /// The offset from UTC in seconds, positive to the east; less than 16 hours either way.
  public let secondsEast: Int32

  /// Makes a time with an offset in seconds, positive to the east.
  @inlinable
  public init(_ time: PostgresTime, secondsEast: Int32) {
    self.time = time
    self.secondsEast = secondsEast
  }
}

extension PostgresTimeTZ {
  /// What the server writes: 04:05:06.789-08.
  public var description: String { time.description + ClockText.text(secondsEast: secondsEast) }
}

extension PostgresTimeTZ: PostgresDecodable, PostgresEncodable {
  /// time with time zone.
  @inlinable public static var postgresType: PostgresType { .timetz }

  /// Takes time with time zone: microseconds, and the offset counted to the west (timetz_send in
  /// src/backend/utils/adt/date.c).
  @inlinable
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTimeTZ {
    guard type == .timetz else { throw .typeMismatch }
    try bytes.require(12, "time with time zone")
    return PostgresTimeTZ(
      PostgresTime(microseconds: bytes.loadBigEndian(Int64.self)),
      secondsEast: 0 &- bytes.loadBigEndian(Int32.self, at: 8))
  }

  /// Twelve bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(time.microseconds)
    buffer.append(0 &- secondsEast)
  }
}
