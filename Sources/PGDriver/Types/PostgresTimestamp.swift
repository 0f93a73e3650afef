/// A date and a time of day in whatever time zone its writer meant, or an infinity.
///
/// PostgreSQL manual, section 8.5, "Date/Time Types", timestamp without time zone. It is a type apart from
/// `PostgresTimestampTZ`, since the server would convert one to the other by its TimeZone setting, and say
/// nothing.
public struct PostgresTimestamp: Sendable, Hashable, Codable {
  /// Microseconds since 2000-01-01 00:00; the least and the greatest number are the infinities.
  public let microseconds: Int64

  /// Makes a point of its distance from 2000-01-01 00:00, in microseconds.
  @inlinable
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Puts a day and a time together; an infinite day is the infinite timestamp.
  ///
  /// Nil if the day lies beyond the year 294276, where timestamps end.
  public init?(_ date: PostgresDate, _ time: PostgresTime) {
    guard date != .infinity && date != .negativeInfinity else {
      self = date == .infinity ? .infinity : .negativeInfinity
      return
    }
    let (midnight, isTooLarge) = Int64(date.days).multipliedReportingOverflow(by: 86_400_000_000)
    let (sum, isTooLargeToo) = midnight.addingReportingOverflow(time.microseconds)
    guard !isTooLarge && !isTooLargeToo else { return nil }
    self.init(microseconds: sum)
  }

  /// Later than all others.
  public static let infinity = PostgresTimestamp(microseconds: .max)
  /// Earlier than all others.
  public static let negativeInfinity = PostgresTimestamp(microseconds: .min)

  /// The day; infinite of an infinity.
  public var date: PostgresDate {
    if self == .infinity { return .infinity }
    if self == .negativeInfinity { return .negativeInfinity }
    return PostgresDate(
      days: Int32(truncatingIfNeeded: Int(microseconds).quotientFloored(by: 86_400_000_000)))
  }

  /// The time of day; midnight of an infinity.
  public var time: PostgresTime {
    guard self != .infinity && self != .negativeInfinity else { return PostgresTime(microseconds: 0) }
    let rest = microseconds % 86_400_000_000
    return PostgresTime(microseconds: rest < 0 ? rest + 86_400_000_000 : rest)
  }
}

extension PostgresTimestamp: Comparable {
  /// Whether it is earlier.
  @inlinable
  public static func < (a: PostgresTimestamp, b: PostgresTimestamp) -> Bool {
    a.microseconds < b.microseconds
  }
}

extension PostgresTimestamp {
  /// What the server writes with DateStyle ISO: 2000-01-31 04:05:06.789, infinity or -infinity.
  public var description: String { text(zone: "") }

  /// The text with a zone between the time and "BC".
  func text(zone: String) -> String {
    if self == .infinity { return "infinity" }
    if self == .negativeInfinity { return "-infinity" }
    let civil = CivilDate(daysSince2000: Int(date.days))
    return "\(civil.text) \(time)\(zone)" + (civil.isBeforeChrist ? " BC" : "")
  }
}

extension PostgresTimestamp: PostgresDecodable, PostgresEncodable {
  /// timestamp without time zone.
  @inlinable public static var postgresType: PostgresType { .timestamp }

  /// Takes timestamp without time zone.
  @inlinable @inline(__always)
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTimestamp {
    guard type == .timestamp else { throw .typeMismatch }
    try bytes.require(8, "timestamp")
    return PostgresTimestamp(microseconds: bytes.loadBigEndian(Int64.self))
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(microseconds) }
}

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
