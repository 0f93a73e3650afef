import PGBenchKit
import PGReporting
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What tells cases apart, shown by runs in child processes.
@Suite("Cases of whole runs", .pacedRuns)
struct IdentityTests {
  private static func cases(
    _ test: String, arguments: [String] = [], environment: [String: String] = [:],
    _ check: (ChildRun, BenchmarkReport) throws -> Void
  ) async throws {
    try await ChildRun.of(
      "PGBenchKitTests.IdentityBenchmarks/\(test)", arguments: arguments, environment: environment
    ) {
      run in
      let json = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.json", encoding: .utf8)
      try check(run, try JSONReportWriter().report(from: json))
    }
  }

  @Test(
    "A test over a status and counts has a case for each pair, a sweep for each status, and a progress that ends"
  )
  func arguments() async throws {
    try await Self.cases("byStatus") { run, report in
      #expect(run.exitCode == 0, "\(run.output)")
      let names = ["lost", "open", "paid"].flatMap { status in
        [2, 4, 6].map { "Orders / By status (status: .\(status)) / \($0)" }
      }
      #expect(report.cases.map(\.identity.description).sorted() == names.sorted())
      #expect(
        report.sweeps?.map(\.arguments.first?.value).sorted { ($0 ?? "") < ($1 ?? "") } == [
          ".lost", ".open", ".paid",
        ])
      for status in ["paid", "open", "lost"] {
        #expect(run.output.contains("By status (status: .\(status))"), "\(run.output)")
      }
      #expect(!run.output.contains("[99 %]"), "\(run.output)")
      #expect(run.output.contains("[88 %]"), "\(run.output)")
    }
  }

  @Test("The second call in a test has its number, calls with other counts need none")
  func calls() async throws {
    try await Self.cases("twoCalls") { run, report in
      #expect(
        report.cases.map(\.identity.description) == [
          "Orders / Two calls / 2", "Orders / Two calls / 2 (call 2)",
        ])
      #expect(run.output.contains("Two calls, call 2"), "\(run.output)")
    }
    try await Self.cases("loop") { run, report in
      #expect(
        report.cases.map(\.identity.description) == [2, 4, 6].map { "Orders / A loop over counts / \($0)" })
      #expect(report.sweeps?.count == 1)
    }
  }

  @Test("A repetition of the run is another call")
  func repetitions() async throws {
    try await Self.cases("(first|loop)", arguments: ["--repetitions", "2"]) { run, report in
      #expect(run.exitCode == 0, "\(run.output)")
      let names = [
        "A loop over counts / 2", "A loop over counts / 4", "A loop over counts / 6", "Same name / 2",
      ]
      #expect(
        report.cases.map(\.identity.description).sorted()
          == names.flatMap { ["Orders / \($0)", "Orders / \($0) (call 2)"] }.sorted())
    }
  }

  @Test("Suites of one name in two others, and tests of one display name, are told apart")
  func names() async throws {
    try await Self.cases("(Nested|Other|first|second)") { run, report in
      #expect(
        report.cases.map(\.suites).filter { $0.count > 1 }.sorted { $0.count < $1.count } == [
          ["Orders", "Nested"], ["Orders", "Other", "Nested"],
        ])
      #expect(report.cases.filter { $0.test == "Same name" }.map(\.function) == ["first()", "second()"])
      for words in ["Same name [first()]", "Same name [second()]", "Orders / Other / Nested"] {
        #expect(run.output.contains(words), "\(run.output)")
      }
    }
  }

  @Test("Arguments that read alike fail their test with advice, equal ones are the same case once more")
  func alike() async throws {
    try await Self.cases("alike") { run, report in
      #expect(run.exitCode == 1)
      #expect(report.cases.map(\.identity.description) == ["Orders / Alike (opaque: something) / 2"])
      #expect(run.output.contains("Another argument of the test reads like this one"), "\(run.output)")
    }
    try await Self.cases("equal") { run, report in
      #expect(run.exitCode == 0, "\(run.output)")
      #expect(report.cases.map(\.call) == [1, 2])
    }
  }
}
