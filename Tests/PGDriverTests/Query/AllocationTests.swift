import CPGAllocations
import PGDriver
import Testing

/// Counted exactly, libpq's own allocations included, so that one more is a failure.
@Suite(
  "A prepared point query that decodes four columns by index", .timeLimit(.minutes(5)),
  .enabled(if: pg_allocations_of_thread(0).count >= 0, "allocations aren't counted here"))
struct AllocationTests {
  /// The allocations of the calling thread for each query, after the first ones.
  private static func allocationsPerQuery(_ connection: any PostgresConnection) async throws -> Double {
    func run(_ queries: Int) async throws {
      for i in 0..<queries {
        let row = try await connection.query(
          "SELECT 7::int4, 'a name', 'name@example.com', NULL::text WHERE \(Int32(i)) >= 0")[0]
        _ = try row.decode(Int32.self, at: 0)
        _ = try row.decode(String.self, at: 1)
        _ = try row.decode(String.self, at: 2)
        _ = try row.decode(String?.self, at: 3)
      }
    }
    try await run(100)
    let before = pg_allocations_of_thread(0).count
    try await run(100)
    return Double(pg_allocations_of_thread(0).count - before) / 100
  }

  @Test("allocates at most 8 times on the blocking driver")
  func sync() async throws {
    let configuration = try await SharedDatabase.configuration
    let threads = try BlockingExecutor(threads: 1)
    defer { threads.shutdown() }
    let allocations = try await withTaskExecutorPreference(threads) {
      try await Self.allocationsPerQuery(SyncConnection.connect(to: configuration))
    }
    // Nothing at all would mean that nobody counts.
    #expect(allocations > 0 && allocations <= 8)
  }

  @Test("allocates at most 10 times on the asynchronous driver, its caller on the loop")
  func async() async throws {
    let loop = try EventLoop()
    defer { loop.shutdown() }
    let connection = try await AsyncConnection.connect(to: SharedDatabase.configuration, on: loop)
    let allocations = try await withTaskExecutorPreference(loop) {
      try await Self.allocationsPerQuery(connection)
    }
    await connection.close()
    #expect(allocations > 0 && allocations <= 10)
  }
}
