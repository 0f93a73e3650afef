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
