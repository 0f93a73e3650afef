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
