/// A point in time as PostgreSQL stores it: microseconds since 2000-01-01 00:00, or an infinity.
///
/// PostgreSQL manual, section 8.5, "Date/Time Types". Of a `timestamp with time zone` the point is in UTC; of a
/// `timestamp without time zone` it is in whatever zone its writer meant.
public struct PostgresTimestamp: Sendable, Hashable, Comparable {
  /// Microseconds since 2000-01-01 00:00; the least and the greatest number are the infinities.
  public let microseconds: Int64

  /// Makes a point of its distance from 2000-01-01 00:00, in microseconds.
  @inlinable
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Later than all others.
  public static let infinity = PostgresTimestamp(microseconds: .max)
  /// Earlier than all others.
  public static let negativeInfinity = PostgresTimestamp(microseconds: .min)

  /// Whether it is earlier.
  @inlinable
  public static func < (a: PostgresTimestamp, b: PostgresTimestamp) -> Bool {
    a.microseconds < b.microseconds
  }
}

extension PostgresTimestamp: PostgresDecodable, PostgresEncodable {
  /// timestamp with time zone.
  @inlinable public static var postgresType: PostgresType { .timestamptz }

  /// Takes timestamp with and without time zone.
  @inlinable @inline(__always)
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTimestamp {
    guard type == .timestamp || type == .timestamptz else { throw .typeMismatch }
    try bytes.require(8, "timestamp")
    return PostgresTimestamp(microseconds: bytes.loadBigEndian(Int64.self))
  }

  /// Eight bytes.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(microseconds) }
}
