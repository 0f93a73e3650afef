import PGSystem
import PGVerdicts
import Testing

@testable import PGBenchKit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Benchmarks that `CoordinatorTests` runs in two child processes, of which one is the head and may differ.
@Suite(
  "Coordinator scenarios", .benchmark, .postgres(.study), .besideOtherTests,
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "comparison"))
struct WorkerScenarioBenchmarks {
  private static let environment = ProcessInfo.processInfo.environment
  static let isHead = environment["PGBENCH_WORKER_SIDE"] == "head"

  /// Whether this process is the side that is to misbehave in a way.
  static func mustBe(_ what: String) -> Bool { isHead && environment["PGBENCH_SCENARIO_HEAD"] == what }

  /// Whether this process is the base, and is to misbehave in a way.
  static func baseMustBe(_ what: String) -> Bool {
    !isHead && environment["PGBENCH_SCENARIO_HEAD"] == "base \(what)"
  }

  /// The index from which on a program misbehaves: after the outputs were compared, and soon, for on a busy
  /// machine the decision may come after a few dozen operations.
  private static let inMidComparison = 20

  @Test("A point query")
  func pointQuery() async throws {
    let isSlow = Self.mustBe("slow")
    let allocatesMore = Self.mustBe("allocating")
    let fails = Self.mustBe("failing")
    try await benchmark(
      100,
      variants: [
        .sync { connection, index in try Self.name(connection, index) },
        .sync("changing") { connection, index in
          if allocatesMore { blackHole([index]) }
          let isMeasured = index > Self.inMidComparison
          if fails, isMeasured { try connection.execute("SELECT nothing FROM nowhere") }
          let start = MonotonicClock.now()
          let name = try Self.name(connection, index)
          if isMeasured { Self.misbehave() }
          let took = MonotonicClock.now() - start
          // So much slower that a few rounds on a busy machine show it.
          if isSlow { while MonotonicClock.now() < start + 5 * took {} }
          return name
        },
      ])
  }

  private static func name(_ connection: SyncConnection, _ index: Int) throws -> String {
    try connection.query("SELECT username FROM users WHERE id = \(Int32(index % 100 + 1))")[0]
      .decode(String.self, at: 0)
  }

  private static func misbehave() {
    if mustBe("crashing") { kill(getpid(), SIGSEGV) }
    if mustBe("hanging") { kill(getpid(), SIGSTOP) }
    if mustBe("leaving") { exit(3) }
  }

  @Test("Only of the head", .enabled(if: isHead))
  func added() async throws {
    try await benchmark(10, variants: [.sync { connection, index in try Self.name(connection, index) }])
  }

  @Test("Only of the base", .enabled(if: !isHead))
  func removed() async throws {
    try await benchmark(10, variants: [.sync { connection, index in try Self.name(connection, index) }])
  }
}

extension Trait where Self == BenchmarkSetting {
  /// Only the typical time and memory are compared, for other tests run beside the comparison.
  static var besideOtherTests: Self {
    Self { settings in
      for quantity: Quantity in [
        .wholeTime, .slowOperations, .slowSessions, .disturbedBlocks, .connecting, .firstOperation,
      ] {
        settings.add(QuestionChange(quantity, irrelevantBecause: "other tests interrupt it"))
      }
    }
  }
}
