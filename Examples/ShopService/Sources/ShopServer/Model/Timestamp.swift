import PGDriver

/// A moment in UTC, which JSON has as 2026-01-31T04:05:06.789Z.
package struct Timestamp: Encodable, Sendable {
  private let value: PostgresTimestamp

  /// Takes a column's value, which is in UTC by the statements that write it.
  init(_ value: PostgresTimestamp) { self.value = value }

  /// Writes the text, which is made only now: most rows that are read are never written.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(value.date)T\(value.time)Z")
  }
}
