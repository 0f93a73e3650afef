import PGDriver

/// The shop's data through the asynchronous driver.
package struct AsyncRepository: ShopRepository {
  package let name = "async"
  let pool: AsyncPool

  /// Begins to connect.
  package init(_ database: PostgresConfiguration, _ settings: ShopSettings) throws(PostgresError) {
    pool = try AsyncPool(settings.limiting(database), settings.pool)
  }

  /// Runs a statement on a connection of the pool.
  package func run<Answer>(_ statement: Statement<Answer>) async throws -> Answer {
    let rows = try await pool.withConnection { try await $0.query(statement.query) }
    // The connection is back by now: what is decoded are rows in memory.
    return try statement.read(rows)
  }

  /// Runs statements one after another on one connection.
  package func run<Answer>(inOrder statements: [Statement<Answer>]) async throws -> [Answer] {
    // On the thread that waits for the sockets: there is no change of threads from statement to statement.
    let results = try await withTaskExecutorPreference(pool.loop) {
      try await pool.withConnection { connection in
        var results: [PostgresRows] = []
        for statement in statements { results.append(try await connection.query(statement.query)) }
        return results
      }
    }
    return try zip(statements, results).map { try $0.read($1) }
  }

  package var statistics: PoolStatistics { pool.statistics }

  package func close() async { await pool.close() }
}
