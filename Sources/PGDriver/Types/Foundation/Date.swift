#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Date: PostgresDecodable, PostgresEncodable {
  /// timestamp with time zone: a Date is a point in time.
  ///
  /// Where a statement wants a timestamp without time zone, it is refused, unless the session's TimeZone is
  /// UTC: the server would convert the value by it. Send `PostgresTimestampTZ(date)?.utc` if UTC is meant.
  public static var postgresType: PostgresType { .timestamptz }

  /// Takes timestamp with time zone, but for the infinities.
  ///
  /// A Date counts seconds in a Double: it is exact to the microsecond for about 140 years around 2001 and to
  /// some microseconds beyond; `PostgresTimestampTZ` always is.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Date {
    let timestamp = try PostgresTimestampTZ.decode(bytes, as: type)
    guard timestamp != .infinity && timestamp != .negativeInfinity else { throw .outOfRange }
    return Date(timestamp)
  }

  /// The nearest microsecond.
  ///
  /// - Throws: `encoding` if PostgreSQL's timestamps don't reach so far.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard let timestamp = PostgresTimestampTZ(self) else {
      throw PostgresError(
        .encoding,
        "The date lies beyond what a timestamp can hold. Send PostgresTimestampTZ.infinity if that is meant.")
    }
    timestamp.encode(into: &buffer)
  }

  /// Makes a date of a point in time; those infinite are the ends of what the microseconds can count.
  public init(_ timestamp: PostgresTimestampTZ) {
    let seconds = timestamp.microseconds / 1_000_000 - PostgresTimestampTZ.secondsTo2001
    self.init(
      timeIntervalSinceReferenceDate: Double(seconds) + Double(timestamp.microseconds % 1_000_000) / 1_000_000
    )
  }
}

extension PostgresTimestampTZ {
  /// From 2000-01-01, where PostgreSQL counts from, to 2001-01-01, where Foundation does.
  fileprivate static let secondsTo2001: Int64 = 366 * 86400

  /// Makes a point in time of a date, to the nearest microsecond; nil if it lies too far off.
  public init?(_ date: Date) {
    let microseconds =
      ((date.timeIntervalSinceReferenceDate + Double(Self.secondsTo2001)) * 1_000_000).rounded()
    guard let exact = Int64(exactly: microseconds) else { return nil }
    self.init(microseconds: exact)
  }
}

extension PostgresQuery {
  /// The places of parameters that are dates, or arrays of such.
  var placesOfDates: [Int] {
    parameters.indices.filter { index in
      let type: Any.Type = Swift.type(of: parameters[index])
      return type == Date.self || type == Date?.self || type == [Date].self || type == [Date?].self
        || type == [Date]?.self
    }
  }
}
