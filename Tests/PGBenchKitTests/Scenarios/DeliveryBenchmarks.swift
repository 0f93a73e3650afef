import PGBenchKit
import PGServer
import PGSystem
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Benchmarks that `DeliveryTests` runs in child processes: what they ask for can't be had, or they don't come to their end.
@Suite(
  "Delivery", .benchmark, .serialized, .budget(.rounds(4)), .warmup(.operations(1)),
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "1"))
struct DeliveryBenchmarks {
  @Test("A point query")
  func quiet() async throws { try await Self.select() }

  @Test(
    "A counter that gives no number", .metric("misses") { .nan }, .metric("hits") { 7 },
    .gate(Metric("misses", unit: .count), atMost: 1))
  func noNumber() async throws { try await Self.select() }

  @Test("A tolerance that is no number", .tolerance(.percent(.nan)), .gate(.async, notSlowerThan: .sync))
  func noTolerance() async throws { try await Self.select() }

  @Test("A limit of all time", .gate(.time, atMost: .seconds(Int64.max)))
  func allTime() async throws { try await Self.select() }

  @Test("A misspelt metric", .metric("hits") { 7 }, .gate(Metric("statments", unit: .count), atMost: 1))
  func misspelt() async throws { try await Self.select() }

  @Test("A metric of another unit", .gate(Metric("statements", unit: .bytes), atMost: 1))
  func otherUnit() async throws { try await Self.select() }

  @Test("Counts of nothing", arguments: [OperationCount(0), OperationCount(-5)])
  func counts(operations: OperationCount) async throws { try await Self.select(operations) }

  @Test("A sweep of nothing", arguments: OperationCount.sweep([]))
  func sweep(operations: OperationCount) async throws { try await Self.select(operations) }

  @Test("No rounds", .budget(.rounds(0)))
  func noRounds() async throws { try await Self.select() }

  @Test("Less than no time", .budget(.time(.seconds(-1))))
  func noTime() async throws { try await Self.select() }

  @Test("A half-width of nothing", .budget(.untilHalfWidth(.percent(.nan), atMost: .seconds(1))))
  func noHalfWidth() async throws { try await Self.select() }

  @Test("A warm-up of all time", .warmup(.time(.seconds(Int64.max))))
  func noWarmUp() async throws { try await Self.select() }

  @Test(
    "A fixture that the server refuses", .postgres(Fixture(name: "nonsense", script: "CREATE NONSENSE x")))
  func fixture() async throws { try await Self.select() }

  @Test("A value of another type")
  func decoding() async throws {
    try await benchmark(10) { connection, _ in
      try await connection.query("SELECT 'text'")[0].decode(Int.self, at: 0)
    }
  }

  @Test(
    "Five statements", .gate(.statements, atMost: 1), .gate(.async, .metric(.statements), notAbove: .sync))
  func statements() async throws {
    try await benchmark(10) { connection, _ in
      for _ in 0..<4 { _ = try await connection.query("SELECT 1") }
      return try await connection.query("SELECT 1")
    }
  }

  @Test("Gates on times", .gate(.async, notSlowerThan: .sync, by: .percent(900)), arguments: [1, 2, 3])
  func times(clients: Int) async throws {
    try await benchmark(10, clients: clients) { connection, _ in try await connection.query("SELECT 1") }
  }

  @Test("A test that cancels itself")
  func cancelled() async throws { try Test.cancel("not today") }

  @Test("An interruption")
  func interruption() async throws {
    try await Self.select()
    kill(getpid(), SIGINT)
    try await Task.sleep(for: .seconds(60))
  }

  @Test("An end")
  func end() async throws {
    try await Self.select()
    exit(0)
  }

  @Test("A folder that goes")
  func folder() async throws {
    try await Self.select()
    let folder = try #require(ProcessInfo.processInfo.environment["PGBENCH_REPORT_DIR"])
    try FileManager.default.removeItem(atPath: folder)
    try Data().write(to: URL(filePath: folder))
  }

  private static func select(_ operations: OperationCount = 10) async throws {
    try await benchmark(operations) { connection, _ in try await connection.query("SELECT 1") }
  }
}
