import PGBenchKit
import Testing

/// What the drivers add to libpq's own functions, from every place that a caller may be in.
@Suite("Overhead", .benchmark, .postgres(.study))
struct OverheadBenchmarks {
  @Test(
    "Point query, four columns by index",
    .gate(.sync, notSlowerThan: .libPQ, by: .percent(15)),
    .gate("async on the loop", notSlowerThan: .sync, by: .percent(15)),
    .gate(.sync, .allocations, atMost: 8), .gate("async on the loop", .allocations, atMost: 10))
  func pointQuery() async throws {
    // Where the scheduler puts the global executor's threads decides about this one: commits aren't compared by it.
    let elsewhere = BenchmarkVariant<Void>("async elsewhere", driver: AsyncElsewhere()) {
      connection, _, index in
      try Self.decode(await connection.query(Self.query(index))[0])
    }
    try await benchmark(
      1000,
      variants: [
        BenchmarkVariant(.libPQ, driver: LibPQDriver()) { connection, _, index in
          _ = try connection.run(
            "SELECT id, username, email, full_name FROM users WHERE id = $1",
            parameter: Int32(index % 100 + 1))
        },
        BenchmarkVariant(.sync, driver: SyncDriver()) { connection, _, index in
          try Self.decode(connection.query(Self.query(index))[0])
        },
        BenchmarkVariant("async on the loop", driver: AsyncDriver()) { connection, _, index in
          try Self.decode(await connection.query(Self.query(index))[0])
        },
      ] + (Profile.current == .gate ? [] : [elsewhere]))
  }

  private static func query(_ index: Int) -> PostgresQuery {
    "SELECT id, username, email, full_name FROM users WHERE id = \(Int32(index % 100 + 1))"
  }

  private static func decode(_ row: PostgresRow) throws {
    blackHole(try row.decode(Int.self, at: 0))
    blackHole(try row.decode(String.self, at: 1))
    blackHole(try row.decode(String.self, at: 2))
    blackHole(try row.decode(String?.self, at: 3))
  }
}

/// The asynchronous driver with its caller on Swift's global executor.
struct AsyncElsewhere: BenchmarkDriver {
  struct Runtime: BenchmarkRuntime {
    let loop: EventLoop
    var taskExecutor: (any TaskExecutor)? { nil }
    var threadIDs: [Int32] { loop.threadIDs }
    func stop() { loop.stop() }
  }

  func start(clients: Int) throws -> Runtime { Runtime(loop: try EventLoop()) }

  func connect(to database: PostgresConfiguration, on runtime: Runtime) async throws -> AsyncConnection {
    try await AsyncConnection.connect(to: database, on: runtime.loop)
  }

  func backendProcessIDs(of connection: AsyncConnection) async -> [Int32] {
    [connection.backendProcessID]
  }
  func close(_ connection: AsyncConnection) async { await connection.close() }
}
