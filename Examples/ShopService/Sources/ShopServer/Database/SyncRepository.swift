import PGDriver

/// The shop's data through the blocking driver, on threads of its own.
///
/// Swift's own threads are as many as the machine has CPUs: none of them may wait for a server.
package struct SyncRepository: ShopRepository {
  package let name = "sync"
  private let pool: SyncPool
  private let threads: BlockingExecutor
  private let waitTimeout: Duration

  /// How many threads there are beyond the connections.
  ///
  /// On these requests wait for a connection for as long as the pool lets them, and are then refused. Without
  /// them all requests beyond the connections would wait for a thread, and that has no end of its own.
  private static let spareThreads = 2

  /// Starts the threads, and begins to connect.
  package init(_ database: PostgresConfiguration, _ settings: ShopSettings) throws(PostgresError) {
    pool = try SyncPool(settings.limiting(database), settings.pool)
    threads = try BlockingExecutor(threads: settings.poolSize + Self.spareThreads)
    waitTimeout = settings.waitTimeout
  }

  /// Runs a statement on a connection of the pool.
  package func run<Answer>(_ statement: Statement<Answer>) async throws -> Answer {
    let rows = try await onThread { try $0.query(statement.query) }
    return try statement.read(rows)
  }

  /// Runs statements one after another on one connection.
  package func run<Answer>(inOrder statements: [Statement<Answer>]) async throws -> [Answer] {
    let results = try await onThread { connection in
      try statements.map { try connection.query($0.query) }
    }
    return try zip(statements, results).map { try $0.read($1) }
  }

  package var statistics: PoolStatistics { pool.statistics }

  package func close() async {
    await withTaskExecutorPreference(threads) { pool.close() }
    threads.shutdown()
  }

  /// Runs `body` with a connection, on a thread that may be blocked.
  private func onThread<Value: Sendable>(
    _ body: @Sendable (SyncConnection) throws -> Value
  ) async throws -> Value {
    let asked = ContinuousClock.now
    return try await withTaskExecutorPreference(threads) {
      // After a jam of requests, those whose time is over make way for the others.
      guard asked.duration(to: .now) <= waitTimeout else { throw Problem.exhausted }
      return try pool.withConnection(body)
    }
  }
}
