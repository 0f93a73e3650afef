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

/// A span of time in months, days and microseconds, none of which is converted into another.
///
/// PostgreSQL manual, section 8.5.4, "Interval Input". Equality here is of all three parts, while the
/// server's `=` takes a month for 30 days and a day for 24 hours.
public struct PostgresInterval: Sendable, Hashable, Codable {
  /// Whole months, twelve of which are a year.
  public let months: Int32
  /// Whole days.
  public let days: Int32
  /// The rest, in microseconds.
  public let microseconds: Int64

  /// Makes a span of its parts, which may differ in sign.
  @inlinable
  public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
    self.months = months
    self.days = days
    self.microseconds = microseconds
  }

  /// Longer than all others; since PostgreSQL 17.
  public static let infinity = PostgresInterval(months: .max, days: .max, microseconds: .max)
  /// Shorter than all others; since PostgreSQL 17.
  public static let negativeInfinity = PostgresInterval(months: .min, days: .min, microseconds: .min)
}

extension PostgresInterval {
  /// What the server writes with IntervalStyle postgres: 1 year 2 mons -3 days +04:05:06.7.
  ///
  /// After EncodeInterval in src/backend/utils/adt/datetime.c: a part after a negative one shows its plus
  /// sign.
  public var description: String {
    if self == .infinity { return "infinity" }
    if self == .negativeInfinity { return "-infinity" }
    var parts: [String] = []
    var isAfterNegative = false
    for (value, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] where value != 0 {
      parts.append("\(isAfterNegative && value > 0 ? "+" : "")\(value) \(unit)\(value == 1 ? "" : "s")")
      isAfterNegative = value < 0
    }
    if microseconds != 0 || parts.isEmpty {
      let sign = microseconds < 0 ? "-" : isAfterNegative ? "+" : ""
      parts.append(sign + ClockText.text(microseconds: microseconds.magnitude))
    }
    return parts.joined(separator: " ")
  }
}

extension PostgresInterval: PostgresDecodable, PostgresEncodable {
  /// interval.
  @inlinable public static var postgresType: PostgresType { .interval }

  /// Takes interval: microseconds, days, months (interval_send in src/backend/utils/adt/timestamp.c).
  @inlinable
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresInterval {
    guard type == .interval else { throw .typeMismatch }
    try bytes.require(16, "interval")
    return PostgresInterval(
      months: bytes.loadBigEndian(Int32.self, at: 12), days: bytes.loadBigEndian(Int32.self, at: 8),
      microseconds: bytes.loadBigEndian(Int64.self))
  }

  /// 16 bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) {
    buffer.append(microseconds)
    buffer.append(days)
    buffer.append(months)
  }
}
