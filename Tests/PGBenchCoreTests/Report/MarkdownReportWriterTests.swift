import PGBenchCore
import Testing

@Suite("MarkdownReportWriter")
struct MarkdownReportWriterTests {
  private let writer = MarkdownReportWriter()

  private func row(_ text: String, startingWith start: String) throws -> [String] {
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("| \(start) |") })
    return line.split(separator: "|").map { $0.trimming(while: { $0 == " " }) }
  }

  @Test("Each suite has the study's table with an interval beside the difference")
  func table() throws {
    let text = writer.text(try ExampleReport.typical())
    #expect(text.contains("| count | async ops/s | sync ops/s | difference | 95 % interval | faster |"))
    let slower = try row(text, startingWith: "1,000")
    #expect(slower.last == "sync")
    #expect(slower[3].hasPrefix("−20.") || slower[3].hasPrefix("−19."))
    #expect(try row(text, startingWith: "50,000").last == "no difference shown")
    #expect(try row(text, startingWith: "10").suffix(3) == ["–", "–", "too few rounds"])
  }

  @Test("Percentiles without enough samples are marked, and the mark is explained")
  func latencies() throws {
    let text = writer.text(try ExampleReport.typical())
    #expect(text.contains("| count | variant | samples | p50 | p90 | p95 | p99 | p99.9 | min | mean | max |"))
    let few = try #require(text.split(separator: "\n").first { $0.hasPrefix("| 10 | sync | 50 |") })
    #expect(few.count { $0 == "†" } == 3)
    #expect(text.contains("† Fewer than five samples"))
  }

  @Test("Gates are listed with outcome and figures, the environment with the server's settings")
  func gatesAndEnvironment() throws {
    let text = writer.text(try ExampleReport.typical())
    #expect(text.contains("| Standard / Select / 1000 | regressed | Regressed (async not slower than sync"))
    #expect(text.contains("| Mixed / Mixed / 10 | refused | Refused (async not slower"))
    #expect(text.contains("| CPU | Example CPU |"))
    #expect(text.contains("| server setting `jit` | off |"))
  }

  @Test("A debug build is said at the top, an optimised one says nothing")
  func warning() throws {
    let cases = try ExampleReport.typical().cases
    let debug = writer.text(ExampleReport.report(cases, buildMode: .debug))
    let warning = try #require(debug.firstRange(of: "**Warning.** This is a debug build"))
    let firstTable = try #require(debug.firstRange(of: "## Standard"))
    #expect(warning.upperBound < firstTable.lowerBound)
    #expect(!writer.text(ExampleReport.report(cases)).contains("Warning"))
  }

  @Test("Pipes and line breaks in names do not break the tables")
  func escaping() throws {
    let report = ExampleReport.report([
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: "a|b\nc", operations: 1)),
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: "other", operations: 1)),
    ])
    #expect(writer.text(report).contains("| a\\|b c | 1 |"))
  }
}

extension Substring {
  fileprivate func trimming(while predicate: (Character) -> Bool) -> String {
    String(drop(while: predicate).reversed().drop(while: predicate).reversed())
  }
}
