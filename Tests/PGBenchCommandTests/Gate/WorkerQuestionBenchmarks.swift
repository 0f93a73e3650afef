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
    let pauses = WorkerScenarioBenchmarks.mustBe("pausing")
    try await benchmark(
      100,
      variants: [
        .sync { connection, index in
          if pauses, index % 20 == 7 { usleep(20_000) }
          return try connection.query("SELECT 1::int8")[0].decode(Int.self, at: 0)
        }
      ])
  }

  @Test("A query at a rate", .rate(perSecond: 1000))
  func paced() async throws {
    let stalls = WorkerScenarioBenchmarks.mustBe("stalling")
    try await benchmark(
      100,
      variants: [
        .sync { connection, index in
          if stalls, index % 100 == 50 { usleep(30_000) }
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
