public import PGDriver

/// The blocking libpq driver's pool, with as many threads as connections, for bodies that do several things
/// at once.
///
/// A body's child tasks run on the threads, and may block them:
///
///     async let users = pool.withConnection { try $0.query("SELECT * FROM users") }
///     async let products = pool.withConnection { try $0.query("SELECT * FROM products") }
public struct SyncPoolDriver: BenchmarkDriver {
  private let connections: Int

  /// Makes the driver of a pool that has so many connections for each client.
  public init(connections: Int) {
    self.connections = max(1, connections)
  }

  /// Starts a thread for each connection.
  public func start(clients: Int) throws -> BlockingExecutor {
    try BlockingExecutor(threads: clients * connections)
  }

  /// Opens all of a client's connections.
  public func connect(to database: PostgresConfiguration, on runtime: BlockingExecutor) async throws
    -> SyncPool
  {
    let pool = try SyncPool(
      database, PoolConfiguration(minimumSize: connections, maximumSize: connections))
    try await untilFull(connections) {
      try pool.withConnection { _ in }
      return pool.statistics
    }
    return pool
  }

  /// The backends of the database, which all are the pools'.
  public func backendProcessIDs(of connection: SyncPool) async -> [Int32] {
    // Placement is an improvement, not a condition.
    (try? connection.withConnection { try Backends.all(of: $0.query(Backends.query)) }) ?? []
  }

  /// Closes the pool.
  public func close(_ connection: SyncPool) { connection.close() }
}

/// The asynchronous libpq driver's pool, on one event loop; else as `SyncPoolDriver`.
public struct AsyncPoolDriver: BenchmarkDriver {
  private let connections: Int

  /// Makes the driver of a pool that has so many connections for each client.
  public init(connections: Int) {
    self.connections = max(1, connections)
  }

  /// Starts an event loop.
  public func start(clients: Int) throws -> EventLoop { try EventLoop() }

  /// Opens all of a client's connections.
  public func connect(to database: PostgresConfiguration, on runtime: EventLoop) async throws -> AsyncPool {
    let pool = try AsyncPool(
      database, PoolConfiguration(minimumSize: connections, maximumSize: connections), on: runtime)
    try await untilFull(connections) {
      try await pool.withConnection { _ in }
      return pool.statistics
    }
    return pool
  }

  /// The backends of the database, which all are the pools'.
  public func backendProcessIDs(of connection: AsyncPool) async -> [Int32] {
    // Placement is an improvement, not a condition.
    (try? await connection.withConnection { try Backends.all(of: await $0.query(Backends.query)) }) ?? []
  }

  /// Closes the pool.
  public func close(_ connection: AsyncPool) async { await connection.close() }
}

/// Waits until a pool has opened its minimum of connections, so that none is opened while the clock runs.
///
/// - Parameter probe: Takes a connection, which throws if none can be opened, and returns the pool's
///   statistics.
private func untilFull(_ connections: Int, _ probe: () async throws -> PoolStatistics) async throws {
  while try await probe().size < connections { try await Task.sleep(for: .milliseconds(1)) }
}
