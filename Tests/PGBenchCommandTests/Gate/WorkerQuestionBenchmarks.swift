import PGBenchKit
import PGSystem
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a comparison asks besides the typical time.
@Suite(
  "Coordinator questions", .benchmark, .postgres(.study),
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "comparison"))
struct WorkerQuestionBenchmarks {
  @Test("A query that pauses now and then")
  func pausing() async throws {
    try await Self.query(WorkerScenarioBenchmarks.mustBe("pausing") ? 20_000 : 0, onceIn: 20)
  }

  @Test("A query at a rate", .rate(perSecond: 1000))
  func paced() async throws {
    try await Self.query(WorkerScenarioBenchmarks.mustBe("stalling") ? 30_000 : 0, onceIn: 100)
  }

  /// A query that first pauses for so many microseconds, once in so many operations.
  private static func query(_ pause: UInt32, onceIn interval: Int) async throws {
    try await benchmark(
      100,
      variants: [
        .sync { connection, index in
          if pause > 0, index % interval == 7 { usleep(pause) }
          return try connection.query("SELECT 1::int8")[0].decode(Int.self, at: 0)
        }
      ])
  }

  private static let rowsRead = Lock(0.0)

  @Test(
    "A query whose test declares gates", .besideOtherTests,
    .metric("rows read") { rowsRead.withLock(\.self) }, .gate(.statements, atMost: 1),
    .gate(Metric("rows read", unit: .count), atMost: 1), .gate(.latency(.p90), atMost: .milliseconds(500)),
    .gate(.metric(.statements), notAboveBaselineBy: .percent(0)))
  func declared() async throws {
    let asksTwice = WorkerScenarioBenchmarks.mustBe("asking twice")
    try await benchmark(
      100,
      variants: [
        .sync { connection, index in
          for _ in 0..<(asksTwice ? 2 : 1) {
            _ = try connection.query("SELECT 1::int8")
            Self.rowsRead.withLock { $0 += 1 }
          }
          return 1
        }
      ])
  }
}
