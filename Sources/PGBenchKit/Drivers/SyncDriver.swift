public import PGDriver

/// The blocking libpq driver, on a thread for each client.
public struct SyncDriver: BenchmarkDriver {
  /// Makes the driver.
  public init() {}

  /// Starts a thread for each client.
  public func start(clients: Int) throws -> BlockingExecutor {
    try BlockingExecutor(threads: clients)
  }

  /// Connects, blocking the thread.
  public func connect(to database: PostgresConfiguration, on runtime: BlockingExecutor) throws
    -> SyncConnection
  {
    try SyncConnection(database)
  }

  /// The connection's backend.
  public func backendProcessIDs(of connection: SyncConnection) -> [Int32] { [connection.backendProcessID] }

  /// Closes the connection.
  public func close(_ connection: SyncConnection) { connection.close() }
}

extension BlockingExecutor: BenchmarkRuntime {
  /// Itself.
  public var taskExecutor: (any TaskExecutor)? { self }
  /// Ends the threads.
  public func stop() { shutdown() }
}
