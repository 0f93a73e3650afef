import PGDriver

// The tests in this folder are reports about other drivers, tried on these. Each names the report by its
// repository on GitHub and its number.

extension PostgresConnection {
  /// Takes the first row of a query by `withRows`, and leaves the rest.
  func firstRow(of query: PostgresQuery) async throws -> PostgresRow? {
    if let connection = self as? SyncConnection {
      return try connection.withRows(of: query) { try $0.next() }
    } else if let connection = self as? AsyncConnection {
      return try await connection.withRows(of: query) { rows in
        for try await row in rows { return row }
        return nil
      }
    }
    return nil
  }
}

/// Takes so many notifications of a sequence, or, if it ends, fewer; of any kind of sequence.
func payloads<Notifications: AsyncSequence>(
  _ count: Int, of notifications: Notifications
) async throws -> [String] where Notifications.Element == PostgresNotification {
  var payloads: [String] = []
  for try await notification in notifications {
    payloads.append(notification.payload)
    if payloads.count == count { break }
  }
  return payloads
}
