import PGBenchKit
import PGReporting
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whatever a body does, its benchmark ends, and says why.
@Suite("Whatever a body does", .pacedRuns)
struct EndingTests {
  @Test("A time limit ends a statement that would never end", .alone)
  func timeLimit() async throws {
    try await ChildRun.of("EndingBenchmarks/timeLimit") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(run.output.contains("Time limit was exceeded: 60.000 seconds"), "\(run.output)")
    }
  }

  @Test(
    "A cancelled task ends its statements, whichever driver runs them",
    arguments: ["cancelledStatement", "cancelledPool"])
  func cancelled(test: String) async throws {
    try await ChildRun.of("EndingBenchmarks/\(test)") { run in
      #expect(run.exitCode == 0, "\(run.output)")
    }
  }

  @Test("A body that heeds nothing is left behind with a word, and nothing is measured beside it")
  func deafBody() async throws {
    let filter = "EndingBenchmarks/(deafBody|concurrent)"
    try await ChildRun.of(filter, environment: ["PGBENCH_PATIENCE": "1"]) { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(run.output.contains("operation 0 did not end within"), "\(run.output)")
      #expect(run.output.contains("and was left behind"), "\(run.output)")
    }
  }

  @Test("An operation that takes longer than there is patience says how to give it more")
  func patience() async throws {
    try await ChildRun.of("EndingBenchmarks/slowOperation", environment: ["PGBENCH_PATIENCE": "0.1"]) { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(run.output.contains("operation 0 did not end within 0.1 seconds"), "\(run.output)")
      #expect(run.output.contains("set PGBENCH_PATIENCE"), "\(run.output)")
    }
  }

  @Test("A benchmark in the body of another is refused")
  func nested() async throws {
    try await ChildRun.of("EndingBenchmarks/nested") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(run.output.contains("benchmark() was called in the body of another benchmark"), "\(run.output)")
    }
  }

  @Test("Two benchmarks that a test begins at once take turns")
  func concurrent() async throws {
    try await ChildRun.of("EndingBenchmarks/concurrent") { run in
      #expect(run.exitCode == 0, "\(run.output)")
    }
  }

  @Test("An operation of half a second is measured for its budget, and not for every planned session")
  func slowOperation() async throws {
    try await ChildRun.of(
      "EndingBenchmarks/slowOperation", environment: ["PGBENCH_PROFILE": "quick"]
    ) { run in
      #expect(run.exitCode == 0, "\(run.output)")
      let json = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.json", encoding: .utf8)
      let variants = try #require(try JSONReportWriter().report(from: json).cases.first?.variants)
      // Four sessions of two rounds each, of 16 that are planned.
      #expect(variants.map(\.latency.count) == [8, 8])
    }
  }

  @Test("A case's own time doesn't count its waiting for others")
  func casesInTurn() async throws {
    try await ChildRun.of("EndingBenchmarks/(casesInTurn|testsInTurn)") { run in
      #expect(run.exitCode == 0, "\(run.output)")
      let moments = run.output.matches(of: /CASE (begins|ends)/).map { String($0.1) }
      #expect(moments == Array(repeating: ["begins", "ends"], count: 4).flatMap(\.self), "\(run.output)")
    }
  }
}
