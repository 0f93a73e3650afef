import PGBenchKit
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a person sees of a whole run, shown by runs in child processes.
@Suite("Whole runs", .paced)
struct ScenarioTests {
  @Test("A run that keeps its gates succeeds, prints a table, and writes both reports")
  func success() async throws {
    try await ChildRun.of("ScenarioBenchmarks/evenRace") { run in
      #expect(run.exitCode == 0, "\(run.output)")
      #expect(run.output.contains("async ops/s"))
      let json = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.json", encoding: .utf8)
      let report = try JSONReportWriter().report(from: json)
      #expect(report.cases.map(\.test) == ["An even race"])
      #expect(report.cases[0].variants.map(\.variant) == [.sync, .async])
      #expect(report.environment.serverVersion?.isEmpty == false)
      let markdown = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.md", encoding: .utf8)
      #expect(markdown.contains("An even race") || markdown.contains("Scenarios"))
    }
  }

  @Test("A far server is as far as its trait says, the report says so, and the proxy ends with its case")
  func farServer() async throws {
    try await ChildRun.of("ScenarioBenchmarks/farServer") { run in
      #expect(run.exitCode == 0, "\(run.output)")
      let json = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.json", encoding: .utf8)
      let placement = try #require(try JSONReportWriter().report(from: json).cases.first?.placement)
      #expect(placement.hasSuffix("; round trip of 5.00 ms added"), "\(placement)")
    }
  }

  @Test("A planted slowdown beyond the tolerance fails the run on the test's line, with the figures")
  func plantedSlowdown() async throws {
    try await ChildRun.of("ScenarioBenchmarks/plantedSlowdown") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      let lines = run.output.split(separator: "\n")
      let number = try #require(lines.firstIndex { $0.contains("Gate failed") })
      let issue = lines[number]
      // Swift Testing says where first, and what on the next line.
      #expect(
        lines[number - 1].contains("recorded an issue at ScenarioBenchmarks.swift:"), "\(lines[number - 1])")
      #expect(issue.contains("Median per operation: slow"), "\(issue)")
      #expect(issue.contains("Paired time ratio slow ÷ fast"), "\(issue)")
      #expect(issue.contains("interval"), "\(issue)")
      #expect(issue.contains("tolerance 10 %"), "\(issue)")
    }
  }

  @Test(
    "What can't be measured fails its test with a message that says what to do",
    arguments: [
      ("sqlError", ["relation \"nowhere\" does not exist", "42P01", "Variant \"sync\""]),
      ("differentOutputs", ["don't do the same", "1 with \"sync\"", "2 with \"async\""]),
      ("unknownVariant", ["pipelined", "it has: sync, async"]),
      ("noDistance", ["A round trip of 0.0 seconds can't be added", ".roundTrip(.milliseconds(1))"]),
      (
        "dyingServer",
        ["failed between operations", "The PostgreSQL server that the kit had started ended in mid-run"]
      ),
    ])
  func failures(scenario: String, words: [String]) async throws {
    let start = ContinuousClock.now
    try await ChildRun.of("ScenarioBenchmarks/\(scenario)") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      for word in words { #expect(run.output.contains(word), "\(run.output)") }
    }
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test(
    "A setting that can't be fails the test with a message that names it",
    arguments: [
      ("PGBENCH_PROFILE", "quikc", ["PGBENCH_PROFILE is \"quikc\"", "smoke, quick, full"]),
      ("PGBENCH_SEED", "-1", ["PGBENCH_SEED is \"-1\""]),
      (
        "PGBENCH_DATABASE_URL", "postgresql://nobody:verysecret@127.0.0.1:1/none?connect_timeout=3",
        ["127.0.0.1"]
      ),
      ("PGBENCH_POSTGRES_BIN", "/nowhere", ["PGBENCH_POSTGRES_BIN", "/nowhere"]),
    ])
  func settings(variable: String, value: String, words: [String]) async throws {
    try await ChildRun.of("ScenarioBenchmarks/evenRace", environment: [variable: value]) { run in
      #expect(run.exitCode == 1, "\(run.output)")
      for word in words { #expect(run.output.contains(word), "\(run.output)") }
      #expect(!run.output.contains("verysecret"))
    }
  }
}
