import PGBenchKit
import Testing

/// Clients that share a pool: tasks on one event loop, or as many blocking threads, all on one CPU.
@Suite("Pool", .benchmark, .postgres(.study), .tolerance(.percent(10)))
struct PoolBenchmarks {
  /// How many queries a client makes in an operation, each on a connection that it takes from the pool and gives back.
  private static let queries = 20

  @Test("5 clients", .gate(.async, notSlowerThan: .sync, by: .percent(10)))
  func few() async throws { try await Self.pointQueries(clients: 5) }

  @Test(
    "50 clients", .disabled(if: Profile.current == .gate, "connecting them takes longer than measuring"),
    .gate(.async, notSlowerThan: .sync, by: .percent(10)))
  func many() async throws { try await Self.pointQueries(clients: 50) }

  private static func pointQueries(clients: Int) async throws {
    try await benchmark(
      100, operationsPerIteration: clients * queries,
      variants: [
        BenchmarkVariant(.sync, driver: SyncPoolDriver(connections: clients)) { pool, _, _ in
          try await run(clients) { query in try pool.withConnection { try $0.query(query) } }
        },
        BenchmarkVariant(.async, driver: AsyncPoolDriver(connections: clients)) { pool, _, _ in
          try await run(clients) { query in
            try await pool.withConnection { try await $0.query(query) }
          }
        },
      ])
  }

  private static func run(
    _ clients: Int, _ answer: @escaping @Sendable (PostgresQuery) async throws -> PostgresRows
  ) async throws {
    try await withThrowingTaskGroup { group in
      for client in 0..<clients {
        group.addTask {
          for i in 0..<queries {
            let id = Int32((client + i) % 100 + 1)
            let rows = try await answer(
              "SELECT id, username, email, full_name FROM users WHERE id = \(id)")
            blackHole(try rows[0].decode(Int32.self, at: 0))
            blackHole(try rows[0].decode(String.self, at: 1))
            blackHole(try rows[0].decode(String.self, at: 2))
            blackHole(try rows[0].decode(String?.self, at: 3))
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
