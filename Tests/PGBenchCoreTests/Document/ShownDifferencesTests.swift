import Foundation
import PGStatistics
import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGReporting

@Suite("The differences that are shown")
struct ShownDifferencesTests {
  /// A case that has this estimate in the place of its own.
  private func report(_ suite: String, _ low: Double, _ high: Double, sessions: Int = 20) throws -> CaseReport
  {
    let samples = Simulation().samples(seed: Seed(1))
    let report = CaseReport(
      CaseIdentity(suite: suite, test: "t", operations: 10), samples: samples,
      analysis: try Analysis(of: samples), placement: "one CPU")
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
    var members = try #require(json as? [String: Any])
    var comparison = try #require((members["comparisons"] as? [[String: Any]])?.first)
    comparison["ratio"] = ((low + high) / 2)
    (comparison["low"], comparison["high"], comparison["sessions"]) = (low, high, sessions)
    members["comparisons"] = [comparison]
    return try JSONDecoder().decode(CaseReport.self, from: JSONSerialization.data(withJSONObject: members))
  }

  private func findings(_ report: BenchmarkReport) -> [RatioEstimate.Finding] {
    let shown = ShownDifferences(in: report)
    return report.cases.flatMap { one in one.comparisons.map { shown.finding(of: $0, in: one) } }
  }

  @Test("hold for the whole report together, not for each of its tables")
  func oneFamily() throws {
    let barely = try (0..<20).map { try report("S\($0)", 1.0002, 1.0202) }
    #expect(findings(ExampleReport.report([barely[0]])) == [.slower])
    let all = ExampleReport.report(barely)
    #expect(Set(findings(all)) == [.noDifferenceShown])
    #expect(Answer(all).text.contains("No difference between async and sync could be shown in 20 cases"))
    let text = TerminalRenderer(width: 100).text(ReportDocument(all))
    #expect(text.contains("An interval may exclude 1 by chance."), "\(text)")
    let large = ExampleReport.report(barely + [try report("large", 1.1, 1.2)])
    #expect(findings(large) == Array(repeating: .noDifferenceShown, count: 20) + [.slower])
  }

  @Test("are none of an unoptimised build, in any form")
  func unoptimised() throws {
    let report = ExampleReport.report([try report("S", 1.1, 1.2)], buildMode: .debug)
    #expect(findings(report) == [.noDifferenceShown])
    let document = ReportDocument(report)
    for text in [
      TerminalRenderer(width: 100).text(document), MarkdownRenderer().text(document),
      HTMLRenderer().text(document, title: "t"),
    ] {
      #expect(!text.contains("is shown to") && text.contains("not optimised"), "\(text)")
    }
  }

  @Test("are none of figures that are no estimate, as a file may hold")
  func unsound() throws {
    for one in [
      try report("S", 1.2, 1.1), try report("S", 1.1, 1.2, sessions: 0), try report("S", -1.2, -1.1),
    ] {
      #expect(findings(ExampleReport.report([one])) == [.noDifferenceShown])
    }
  }
}
