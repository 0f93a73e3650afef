import Foundation
import PGStatistics
import Testing

@testable import PGMeasuring
@testable import PGReporting
@testable import PGVerdicts

@Suite("RunComparison")
struct RunComparisonTests {
  private func report(_ ratio: Double, test: String = "t", cpu: String = "A") throws -> BenchmarkReport {
    var environment = ExampleReport.environment
    environment.cpu = cpu
    let simulation = Simulation(ratio: ratio, drift: 0)
    return BenchmarkReport(
      environment: environment,
      cases: [
        try ExampleReport.report(of: simulation, CaseIdentity(suite: "S", test: test, operations: 10))
      ])
  }

  private func compare(_ old: BenchmarkReport, _ new: BenchmarkReport) -> RunComparison {
    RunComparison(MeasuredRun(old), MeasuredRun(new))
  }

  @Test(
    "A variant that became slower has a ratio with an interval above 1, and its neighbour none that is shown")
  func slower() throws {
    let comparison = compare(try report(1), try report(1.44))
    #expect(comparison.differences.isEmpty)
    let (sync, async) = (comparison.rows[0], comparison.rows[1])
    // The simulation gives each of the two its half of the ratio.
    #expect(sync.variant == .sync && async.variant == .async)
    #expect(abs(try #require(sync.ratio).ratio - 1 / 1.2) < 0.01)
    #expect(abs(try #require(async.ratio).ratio - 1.2) < 0.01)
    #expect(try #require(async.ratio).finding == .slower)
    let text = comparison.text(isSameHour: true)
    #expect(text.contains("S / t / 10  async") && text.contains("+20."), "\(text)")
  }

  @Test("Unless the runs followed right after each other, nothing is called faster or slower: hours differ")
  func otherHour() throws {
    let text = compare(try report(1), try report(1.44)).text()
    #expect(
      text.contains("new ÷ old") && text.contains("1.20") && text.contains("tens of per cent"), "\(text)")
    #expect(!text.contains("%  ") && !text.contains("interval "), "\(text)")
  }

  @Test("The same run twice shows no difference, written as ~")
  func same() throws {
    let text = compare(try report(1), try report(1)).text(isSameHour: true)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("S / t") }
    #expect(rows.count == 2 && rows.allSatisfy { $0.contains("  ~  ") }, "\(text)")
  }

  @Test("Cases of one run only are removed or new")
  func oneSided() throws {
    let comparison = compare(try report(1, test: "old"), try report(1, test: "new"))
    #expect(comparison.rows.map(\.identity.test) == ["old", "old", "new", "new"])
    #expect(comparison.rows.allSatisfy { $0.ratio == nil })
    let text = comparison.text()
    #expect(text.contains("removed") && text.contains("  new"), "\(text)")
  }

  @Test("A case of both runs that has too few rounds in one is neither new nor removed")
  func tooFew() throws {
    let whole = try report(1)
    let few = BenchmarkReport(
      environment: whole.environment,
      cases: [
        try ExampleReport.report(
          of: Simulation(sessions: 1, rounds: 1), CaseIdentity(suite: "S", test: "t", operations: 10))
      ])
    for text in [compare(whole, few), compare(few, whole)].flatMap({
      [$0.text(), $0.text(isSameHour: true)]
    }) {
      let rows = text.split(separator: "\n").filter { $0.hasPrefix("S / t") }
      #expect(rows.count == 2 && rows.allSatisfy { $0.contains("too few rounds") }, "\(text)")
    }
    // Of one run alone, without rounds enough.
    let gone = BenchmarkReport(environment: whole.environment, cases: [])
    #expect(compare(few, gone).text().contains("removed") && compare(gone, few).text().contains("new"))
  }

  @Test("A run that isn't whole is warned of, since its missing cases read as removed")
  func incomplete() throws {
    let whole = try report(1)
    let part = BenchmarkReport(
      environment: whole.environment, cases: [],
      failures: [FailedTest(suite: "S", test: "t", file: "M/F.swift", line: 1, error: "no")],
      incomplete: "SIGTERM interrupted it")
    let text = compare(whole, part).text()
    #expect(
      text.contains("warning: of the new run: the run is incomplete: SIGTERM interrupted it\n"), "\(text)")
    #expect(text.contains("warning: of the new run: 1 test of the run failed\n"), "\(text)")
  }

  @Test("Runs on different machines are compared with a warning that names what differs")
  func machines() throws {
    let text = compare(try report(1, cpu: "A"), try report(1, cpu: "B")).text()
    #expect(text.hasPrefix("warning: measured on different things") && text.contains("CPU A there, B here"))
  }

  @Test("A run is read from a report or from a baseline, and from nothing else")
  func reading() throws {
    let report = try report(1)
    #expect(try MeasuredRun(from: JSONReportWriter().text(report)) == MeasuredRun(report))
    #expect(throws: DecodingError.self) { try MeasuredRun(from: "{}") }
    #expect(throws: DecodingError.self) { try MeasuredRun(from: "no JSON") }
    #expect(throws: BaselineError.self) { try MeasuredRun(from: "{\"format\": 99}") }
    let baseline = Baseline(
      fingerprint: Fingerprint(of: report.environment), cases: MeasuredRun(report).cases)
    let file = try BaselineFile(
      name: "main", folder: "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))")
    try file.write(baseline)
    defer { try? FileManager.default.removeItem(atPath: String(file.path.dropLast("/main.json".count))) }
    let text = try String(contentsOfFile: file.path, encoding: .utf8)
    #expect(try MeasuredRun(from: text) == MeasuredRun(baseline))
    #expect(MeasuredRun(baseline).text().contains("S / t / 10  sync"))
  }
}
