import PGDriver

/// An order that a customer has placed.
public struct Order: Decodable, Equatable, Sendable {
  /// The order's number.
  public let id: Int
  /// When it was placed.
  public let placedAt: PostgresTimestampTZ
  /// What it costs, in cents.
  public let total: Int
}
