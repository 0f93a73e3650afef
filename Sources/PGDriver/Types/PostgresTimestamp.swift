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

/// A day, or an infinity.
///
/// PostgreSQL manual, section 8.5, "Date/Time Types". Days from 4713-01-01 BC to 5874897-12-31.
public struct PostgresDate: Sendable, Hashable, Codable {
  /// How many days after 2000-01-01 it is; the least and the greatest number are the infinities.
  public let days: Int32

  /// Makes a day of its distance from 2000-01-01, in days.
  @inlinable
  public init(days: Int32) {
    self.days = days
  }

  /// Makes a day of the Gregorian calendar; nil if there is none.
  ///
  /// - Parameter year: The year; 0 is the one before the year 1, 1 BC.
  /// - Parameter month: The month, from 1.
  /// - Parameter day: The day of the month, from 1.
  public init?(year: Int, month: Int, day: Int) {
    let date = CivilDate(year: year, month: month, day: day)
    guard date.exists, let days = Int32(exactly: date.daysSince2000) else { return nil }
    self.init(days: days)
  }

  /// Later than all others.
  public static let infinity = PostgresDate(days: .max)
  /// Earlier than all others.
  public static let negativeInfinity = PostgresDate(days: .min)

  /// Year (0 is 1 BC), month and day; nil of an infinity.
  public var components: (year: Int, month: Int, day: Int)? {
    guard days != .max && days != .min else { return nil }
    let date = CivilDate(daysSince2000: Int(days))
    return (date.year, date.month, date.day)
  }
}

extension PostgresDate: Comparable {
  /// Whether it is earlier.
  @inlinable
  public static func < (a: PostgresDate, b: PostgresDate) -> Bool { a.days < b.days }
}

extension PostgresDate {
  /// What the server writes with DateStyle ISO: 2000-01-31, 0044-03-15 BC, infinity or -infinity.
  public var description: String {
    if self == .infinity { return "infinity" }
    if self == .negativeInfinity { return "-infinity" }
    let date = CivilDate(daysSince2000: Int(days))
    return date.text + (date.isBeforeChrist ? " BC" : "")
  }
}

extension PostgresDate: PostgresDecodable, PostgresEncodable {
  /// date.
  @inlinable public static var postgresType: PostgresType { .date }

  /// Takes date.
  @inlinable @inline(__always)
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresDate {
    guard type == .date else { throw .typeMismatch }
    try bytes.require(4, "date")
    return PostgresDate(days: bytes.loadBigEndian(Int32.self))
  }

  /// Four bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(days) }
}

/// A day of the Gregorian calendar, which is taken to hold at all times.
///
/// The year before 1 is 0. The conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms" (2013): years begin in March there, so that the leap day comes last.
struct CivilDate {
  var year: Int
  var month: Int
  var day: Int

  /// 2000-01-01, where PostgreSQL counts from, as a number of days since 0000-03-01.
  private static let epoch = 730_425
  private static let daysOfEra = 146_097

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day so many days after 2000-01-01.
  init(daysSince2000 days: Int) {
    let day = days + Self.epoch
    let era = day.quotientFloored(by: Self.daysOfEra)
    let dayOfEra = day - era * Self.daysOfEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    self.day = dayOfYear - (153 * shifted + 2) / 5 + 1
  }

  /// How many days after 2000-01-01 it is.
  var daysSince2000: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.quotientFloored(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * Self.daysOfEra + dayOfEra - Self.epoch
  }

  /// Whether there is such a day.
  var exists: Bool {
    guard (1...12).contains(month), day >= 1, (-10_000_000...10_000_000).contains(year) else { return false }
    let copy = CivilDate(daysSince2000: daysSince2000)
    return copy.year == year && copy.month == month && copy.day == day
  }

  /// Year, month and day of the era that `isBeforeChrist` tells, as DateStyle ISO writes them.
  var text: String {
    "\((isBeforeChrist ? 1 - year : year).padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))"
  }

  var isBeforeChrist: Bool { year <= 0 }
}
