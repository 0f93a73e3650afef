import Foundation
import PGBenchHost
import PGMeasuring
import PGReporting
import PGSystem
import PGTestSupport
import PGVerdicts
import Testing

@testable import PGBenchKit

/// Runs of their own beside the process's: what a benchmark finds is what its run was made with.
@Suite("BenchmarkRun", .serialized)
struct BenchmarkRunTests {
  /// Runs `body` in a run of its own, whose reports go to a folder that is removed.
  private func inRun<Result>(
    _ environment: [String: String] = [:], _ body: (BenchmarkRun) async throws -> Result
  ) async throws -> Result {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let own = ["PGBENCH_PROFILE": "smoke", "PGBENCH_SEED": "7", "PGBENCH_REPORT_DIR": folder]
    let run = BenchmarkRun(environment: own.merging(environment) { _, given in given })
    return try await BenchmarkRun.$other.withValue(run) { try await body(run) }
  }

  private func numbers(_ operations: OperationCount = 20) async throws -> BenchmarkResult {
    try await benchmark(operations) { connection, index in
      try await connection.query("SELECT \(index)::int8")
    }
  }

  @Test("A case is in the report of its run, and in that of no other")
  func report() async throws {
    let first = try await inRun { run in
      let result = try await numbers()
      let report = try #require(run.report())
      #expect(report.cases.map(\.variants).map { $0.map(\.variant) } == [[.sync, .async]])
      #expect(report.environment.seed == Seed(7) && report.environment.profile == "smoke")
      #expect(try result[.sync].operationsPerSecond > 0)
      return report.cases.map(\.identity)
    }
    try await inRun { run in
      #expect(run.report() == nil)
      _ = try await numbers()
      #expect(run.report()?.cases.map(\.identity) == first, "the call is the first of this run as well")
    }
    #expect(BenchmarkRun.current === BenchmarkRun.shared)
  }

  @Test("A gate in the body takes its error rate from its run's")
  func rates() async throws {
    for rate in [1.0, 20] {
      let outcomes = try await inRun(["PGBENCH_FALSE_ALARMS": "\(rate)", "PGBENCH_GATE": "warn"]) { run in
        let outcomes = try await numbers().check(Gate(nil, .metric(.statements), .limit(2)))
        let shared = try #require(run.report()?.falseAlarms)
        #expect(shared.gates == 2 && shared.rate == rate / 100)
        return outcomes
      }
      #expect(outcomes.map(\.verdict) == [.withinTolerance, .withinTolerance])
    }
  }

  @Test("Settings that can't be are told by the first benchmark of their run")
  func settings() async throws {
    let error = await #expect(throws: BenchmarkError.self) {
      try await inRun(["PGBENCH_PROFILE": "quickest"]) { _ in _ = try await numbers() }
    }
    #expect(error?.description.contains("quickest") == true)
  }

  @Test("A test's own patience wins over its run's", .patience(.milliseconds(200)))
  func patience() async throws {
    let start = ContinuousClock.now
    let error = await #expect(throws: BenchmarkError.self) {
      try await inRun(["PGBENCH_PATIENCE": "300"]) { _ in
        _ = try await benchmark(10) { _, _ in
          try await Task.sleep(for: Slowness.limit * 4); return 0
        }
      }
    }
    #expect(error?.description.contains("0.2 s") == true, "\(String(describing: error))")
    #expect(ContinuousClock.now - start < Slowness.limit * 2)
  }

  @Test("An allowance of a question that can't be is refused", .tolerance(.percent(-3), of: .wholeTime))
  func noAllowance() async throws {
    let error = await #expect(throws: BenchmarkError.self) {
      try await inRun { _ in _ = try await numbers() }
    }
    #expect(error?.description.contains(".tolerance trait of whole time") == true)
  }

  @Test("What no comparison asks can't be called irrelevant", .irrelevant(.latency(.p99), because: "-"))
  func noQuestion() async throws {
    let error = await #expect(throws: BenchmarkError.self) {
      try await inRun { _ in _ = try await numbers() }
    }
    #expect(error?.description.contains("p99 is not compared besides the typical time") == true)
  }

  @Test(
    "What a test calls irrelevant isn't compared, and the report says so and why",
    .irrelevant(.slowSessions, because: "one session is enough"),
    .gate(.async, notSlowerThan: .sync, by: .percent(900)))
  func irrelevant() async throws {
    let report = try await inRun { run in
      let result = try await numbers()
      let quantities = result.gates.compactMap(\.figures?.quantity)
      #expect(quantities.contains("whole time") && !quantities.contains("slow sessions"))
      return try #require(run.report())
    }
    let notCompared = report.cases[0].notCompared
    #expect(notCompared?.map(\.quantity) == ["slow sessions"])
    #expect(notCompared?.first?.reason == "one session is enough")
    let text = MarkdownRenderer().text(ReportDocument(report))
    #expect(text.contains("slow sessions of") && text.contains("one session is enough"), "\(text)")
  }

  @Test("A patience that is none is refused", .patience(.zero))
  func noPatience() async throws {
    let error = await #expect(throws: BenchmarkError.self) {
      try await inRun { _ in _ = try await numbers() }
    }
    #expect(error?.description.contains(".patience") == true)
  }
}
