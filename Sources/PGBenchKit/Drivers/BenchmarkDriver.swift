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
