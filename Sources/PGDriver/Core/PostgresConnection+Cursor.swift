extension PostgresConnection {
  /// Reads a query's rows through a cursor on the server, a batch at a time, so that any number
  /// fits in memory.
  ///
  /// It runs in a transaction of its own, or in a savepoint of the one in progress. Unlike `withRows` it
  /// leaves the connection free: `body` may run other statements on it between batches. PostgreSQL manual,
  /// "DECLARE" and "FETCH".
  ///
  /// - Parameter query: A SELECT or VALUES statement.
  /// - Parameter batchSize: How many rows a round trip fetches, at most; 1 or more.
  /// - Parameter name: The cursor's name, of which there can be one at a time: a cursor in another's
  ///   body needs another.
  /// - Parameter body: Takes a batch, which is never empty, and returns whether it wants another.
  /// - Throws: what `body` throws; `server` if the server refuses the query; `misuse` for a batch size below
  ///   1; and as `transaction`.
  public func withCursor(
    for query: PostgresQuery, batchSize: Int = 1000, named name: String = "pgdriver_cursor",
    _ body: (PostgresRows) async throws -> Bool
  ) async throws {
    let cursor = try CursorFrame(query, batchSize: batchSize, name: name)
    try await transaction { connection in
      _ = try await connection.query(cursor.declare)
      while true {
        let batch = try await connection.query(cursor.fetch)
        guard !batch.isEmpty, try await body(batch), !cursor.isLast(batch) else { break }
      }
      _ = try await connection.query(cursor.close)
    }
  }
}
