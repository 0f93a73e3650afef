public import PGDriver

/// The asynchronous libpq driver, with all clients and their connections on one event loop.
public struct AsyncDriver: BenchmarkDriver {
  private let backend: EventLoop.Backend

  /// Makes the driver.
  public init(backend: EventLoop.Backend = .best) {
    self.backend = backend
  }

  /// Starts an event loop.
  public func start(clients: Int) throws -> EventLoop {
    try EventLoop(backend: backend)
  }

  /// Connects.
  public func connect(
    to database: PostgresConfiguration, on runtime: EventLoop
  ) async throws -> AsyncConnection {
    try await AsyncConnection.connect(to: database, on: runtime)
  }

  /// The connection's backend.
  public func backendProcessIDs(of connection: AsyncConnection) async -> [Int32] {
    [connection.backendProcessID]
  }

  /// Closes the connection.
  public func close(_ connection: AsyncConnection) async { await connection.close() }
}

extension EventLoop: BenchmarkRuntime {
  /// Itself.
  public var taskExecutor: (any TaskExecutor)? { self }
  /// The loop's thread.
  public var threadIDs: [Int32] { [threadID] }
  /// Ends the thread.
  public func stop() { shutdown() }
}
