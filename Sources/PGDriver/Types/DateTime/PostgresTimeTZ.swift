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
