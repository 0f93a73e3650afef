import PGBenchKit
import PGSystem
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Benchmarks that would never end, or not in time, by themselves; `EndingTests` runs them in child processes.
@Suite(
  "Endings", .benchmark, .budget(.rounds(4)),
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "1"))
struct EndingBenchmarks {
  @Test("A time limit", .timeLimit(.minutes(1)))
  func timeLimit() async throws {
    try await benchmark(
      1, variants: [.sync { connection, _ in try connection.query("SELECT pg_sleep(3600)::text") }])
  }

  @Test("Statements that are cancelled", arguments: [false, true])
  func cancelledStatement(isAsync: Bool) async throws {
    let task = Task {
      try await benchmark(
        1, sync: { connection, _ in try connection.query("SELECT pg_sleep(\(isAsync ? 0.0 : 3600))::text") },
        async: { connection, _ in try await connection.query("SELECT pg_sleep(3600)::text") })
    }
    try await Task.sleep(for: .seconds(2))
    task.cancel()
    let moment = ContinuousClock.now
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - moment < Slowness.limit)
  }

  @Test("A pool's statement that is cancelled")
  func cancelledPool() async throws {
    let task = Task {
      try await benchmark(
        1,
        variants: [
          BenchmarkVariant("pool", driver: SyncPoolDriver(connections: 2)) { pool, _, _ in
            try pool.withConnection { try $0.query("SELECT pg_sleep(3600)::text") }
          }
        ])
    }
    try await Task.sleep(for: .seconds(2))
    task.cancel()
    let moment = ContinuousClock.now
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - moment < Slowness.limit)
  }

  @Test("A body that heeds nothing")
  func deafBody() async throws {
    try await benchmark(
      1,
      variants: [
        .sync { _, _ in
          while true { usleep(100_000) }
        }
      ] as [BenchmarkVariant<Int>])
  }

  @Test("A benchmark in a benchmark")
  func nested() async throws {
    try await benchmark(10) { connection, _ in
      try await benchmark(10) { connection, _ in try await connection.query("SELECT 1") }
      return try await connection.query("SELECT 1")
    }
  }

  @Test("Two benchmarks of a test at once")
  func concurrent() async throws {
    async let first = benchmark(10) { connection, _ in try await connection.query("SELECT 1") }
    async let second = benchmark(10) { connection, _ in try await connection.query("SELECT 2") }
    _ = try await (first, second)
  }

  @Test("An operation of half a second", .budget(.time(.seconds(1))))
  func slowOperation() async throws {
    try await benchmark(1) { connection, _ in try await connection.query("SELECT pg_sleep(0.5)::text") }
  }

  @Test("Cases in turn", CaseTimes(), .benchmark, arguments: [1, 2, 3])
  func casesInTurn(argument: Int) async throws {
    try await benchmark(10) { connection, _ in try await connection.query("SELECT 1") }
  }

  @Test("Tests in turn", CaseTimes(), .benchmark)
  func testsInTurn() async throws {
    try await benchmark(10) { connection, _ in try await connection.query("SELECT 1") }
  }
}

/// Prints when a case began and ended, as Swift Testing's time limit sees it.
private struct CaseTimes: TestTrait, TestScoping {
  func scopeProvider(for test: Test, testCase: Test.Case?) -> CaseTimes? { testCase == nil ? nil : self }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    print("CASE begins")
    try await function()
    print("CASE ends")
  }
}
