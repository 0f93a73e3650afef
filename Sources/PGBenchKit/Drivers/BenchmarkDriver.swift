public import PGDriver

/// A driver that can be benchmarked: conform to it to compare a driver of your own, or one of another author.
public protocol BenchmarkDriver: Sendable {
  /// What a benchmark's body is given.
  associatedtype Connection
  /// The threads that the body runs on.
  associatedtype Runtime: BenchmarkRuntime

  /// Starts the threads for one session of a case.
  ///
  /// - Parameter clients: How many clients will run at once, each with a connection of its own.
  func start(clients: Int) throws -> Runtime

  /// Connects one client. Runs on the runtime's threads.
  func connect(to database: PostgresConfiguration, on runtime: Runtime) async throws -> Connection

  /// The server's processes behind a connection, for their placement; empty if they are not known.
  func backendProcessIDs(of connection: Connection) async -> [Int32]

  /// Closes a connection.
  func close(_ connection: Connection) async
}

extension BenchmarkDriver {
  /// None known: the backends aren't placed then.
  public func backendProcessIDs(of connection: Connection) async -> [Int32] { [] }
}

/// Threads that a driver's measured tasks run on.
public protocol BenchmarkRuntime: Sendable {
  /// What the tasks prefer as their executor; nil runs them on Swift's global one.
  var taskExecutor: (any TaskExecutor)? { get }

  /// The kernel's identifiers of the threads, for their placement; empty if they are not known.
  var threadIDs: [Int32] { get }

  /// Ends the threads; nothing runs on them any more.
  func stop()
}

extension BenchmarkRuntime {
  /// None known: the threads aren't placed then.
  public var threadIDs: [Int32] { [] }
  /// Nothing to end.
  public func stop() {}
}

/// Swift's global executor: the runtime of a driver that has no threads of its own.
public struct GlobalRuntime: BenchmarkRuntime {
  /// Refers to the global executor.
  public init() {}
  /// No preference.
  public var taskExecutor: (any TaskExecutor)? { nil }
}

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
    try SyncConnection.connect(to: database)
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
