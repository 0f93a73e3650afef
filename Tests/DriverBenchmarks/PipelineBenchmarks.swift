import PGBenchKit
import Testing

/// What it is worth to send statements without waiting for the answers to those before.
@Suite("Pipeline", .benchmark, .postgres(.study), .tolerance(.percent(5)))
struct PipelineBenchmarks {
  @Test(
    "64 point queries", .gate("sync, pipelined", notSlowerThan: .sync, by: .percent(0)),
    .gate("async, pipelined", notSlowerThan: .async, by: .percent(0)))
  func onOneCPU() async throws { try await Self.pointQueries() }

  /// Where each answer that is waited for costs a wake-up of another CPU.
  @Test(
    "64 point queries, unbound",
    .disabled(if: Profile.current == .gate, "where the scheduler puts them decides, not the code"),
    .placement(.unbound),
    .gate("sync, pipelined", notSlowerThan: .sync, by: .percent(0)),
    .gate("async, pipelined", notSlowerThan: .async, by: .percent(0)))
  func unbound() async throws { try await Self.pointQueries() }

  /// Where each answer that is waited for costs a round trip, as in a network.
  ///
  /// At least 80 % less time is 5 times as fast; 64 round trips against one would be more, but for the work itself.
  @Test(
    "64 point queries, 1 ms away",
    .disabled(if: Profile.current == .gate, "most of it is the distance"),
    .roundTrip(.milliseconds(1)), .budget(.rounds(8)),
    .warmup(.operations(1)),
    .gate("sync, pipelined", notSlowerThan: .sync, by: .percent(-80)),
    .gate("async, pipelined", notSlowerThan: .async, by: .percent(-80)))
  func farAway() async throws { try await Self.pointQueries(1) }

  private static func pointQueries(_ operations: OperationCount = 100) async throws {
    let queries = (1...64).map { Self.query($0) }
    try await benchmark(
      operations, operationsPerIteration: 64,
      variants: [
        BenchmarkVariant(.sync, driver: SyncDriver()) { connection, _, _ in
          for query in queries { blackHole(try Self.username(connection.query(query))) }
        },
        BenchmarkVariant("sync, pipelined", driver: SyncDriver()) { connection, _, _ in
          for rows in try connection.pipeline(queries) { blackHole(try Self.username(rows.get())) }
        },
        BenchmarkVariant(.async, driver: AsyncDriver()) { connection, _, _ in
          for query in queries { blackHole(try Self.username(await connection.query(query))) }
        },
        BenchmarkVariant("async, pipelined", driver: AsyncDriver()) { connection, _, _ in
          for rows in try await connection.pipeline(queries) { blackHole(try Self.username(rows.get())) }
        },
        BenchmarkVariant(.libPQ, driver: LibPQDriver()) { connection, _, _ in
          for id in 1...64 { blackHole(try connection.run(sql, parameter: Int32(id))) }
        },
        BenchmarkVariant("libpq, pipelined", driver: LibPQDriver()) { connection, _, _ in
          blackHole(try connection.pipeline(sql, parameters: 1...64))
        },
      ])
  }

  private static let sql = "SELECT id, username, email, full_name FROM users WHERE id = $1"

  private static func query(_ id: Int) -> PostgresQuery {
    "SELECT id, username, email, full_name FROM users WHERE id = \(Int32(id))"
  }

  private static func username(_ rows: PostgresRows) throws -> String {
    blackHole(try rows[0].decode(Int32.self, at: 0))
    blackHole(try rows[0].decode(String.self, at: 2))
    blackHole(try rows[0].decode(String?.self, at: 3))
    return try rows[0].decode(at: 1)
  }
}
