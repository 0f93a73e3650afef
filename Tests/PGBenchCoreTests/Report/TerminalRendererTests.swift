import PGMeasuring
import PGReporting
import PGSystem
import Testing

@Suite("A report on a terminal")
struct TerminalRendererTests {
  private func text(_ report: BenchmarkReport, width: Int = 110) -> String {
    TerminalRenderer(width: width).text(ReportDocument(report))
  }

  @Test("The terminal gets a table for each suite and the gates that were not kept, in 110 columns")
  func typical() throws {
    let text = text(try ExampleReport.typical())
    let tables = text.split(separator: "\n").prefix { !$0.contains(" / ") }
    #expect(tables.first == "Standard" && tables.contains("Mixed"))
    #expect(tables.allSatisfy { $0.count <= 110 && !$0.hasSuffix(" ") })
    #expect(text.contains("Standard / Select / 1000\n  Regressed ("))
    #expect(!text.contains("Standard / Select / 50000"))
  }

  @Test("Columns are aligned: numbers to the right, words to the left")
  func aligned() throws {
    let lines = text(try ExampleReport.typical()).split(separator: "\n")
    let (heading, rule, first, second) = (lines[1], lines[2], lines[3], lines[4])
    #expect(heading.hasPrefix(" count  async ops/s  sync ops/s  time ÷ sync's"))
    #expect(rule.hasPrefix("------  -----------  ----------  ----------"))
    #expect(first.hasPrefix(" 1,000  "))
    #expect(second.hasPrefix("50,000  "))
    #expect(second.hasSuffix("no difference shown"))
  }

  @Test("Several tests of a suite, several clients and long names still fit in 110 columns")
  func wide() throws {
    let name = "A test with a name that goes on for longer than any table has room for"
    let report = ExampleReport.report([
      try ExampleReport.report(
        of: Simulation(), CaseIdentity(suite: "S", test: name, operations: 100_000), clients: 5),
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: "short", operations: 10)),
    ])
    let lines = text(report).split(separator: "\n")
    #expect(lines.contains { $0.contains("A test with ") && $0.contains("…") })
    #expect(lines.allSatisfy { $0.count <= 110 }, "\(lines.filter { $0.count > 110 })")
  }

  @Test("Names are not cut where a line has room for them")
  func room() throws {
    let name = "A test with a name that goes on for longer than any table of 110 columns has room for"
    let report = ExampleReport.report([
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: name, operations: 100_000)),
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: "short", operations: 10)),
    ])
    #expect(text(report, width: 180).contains("\(name)  "))
    #expect(!text(report, width: 110).contains(name))
  }

  @Test("Wide characters, marks and pictures leave the columns aligned")
  func wideCharacters() throws {
    let names = ["漢字のテスト", "e\u{301}te\u{301}", "👨‍👩‍👧 family", "한국어", "plain"]
    let report = ExampleReport.report(
      try names.map {
        try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: $0, operations: 10))
      })
    let lines = text(report).split(separator: "\n")
    // As many columns before the count as the heading has: a Chinese character takes two, an accent none.
    let place = try #require(lines[1].firstRange(of: "count")).upperBound
    let columns = lines[1].distance(from: lines[1].startIndex, to: place)
    let widths = [12, 3, 9, 6, 5]
    for (line, (name, width)) in zip(lines.dropFirst(3), zip(names, widths)) {
      #expect(line.hasPrefix(name + String(repeating: " ", count: columns - 2 - width) + "10  "), "\(line)")
    }
  }

  @Test("Three variants have a row each, the first as the reference")
  func threeVariants() throws {
    var samples = Simulation(ratio: 1.25).samples(seed: Seed(1))
    samples.series.append(
      SampleSet.Series(
        variant: "pipelined", blocks: samples.series[0].blocks, latencies: samples.series[0].latencies))
    let report = CaseReport(
      CaseIdentity(suite: "S", test: "t", operations: 10), samples: samples,
      analysis: try Analysis(of: samples), placement: "one CPU")
    let lines = text(ExampleReport.report([report])).split(separator: "\n")
    #expect(lines[3].contains("sync") && lines[3].hasSuffix("reference"))
    #expect(lines[4].contains("async") && lines[4].hasSuffix("sync"))
    #expect(lines[5].contains("pipelined") && lines[5].hasSuffix("no difference shown"))
  }

  @Test("A debug build is warned of first")
  func warning() throws {
    let report = ExampleReport.report(try ExampleReport.typical().cases, buildMode: .debug)
    #expect(text(report).hasPrefix("warning: This is a debug build"))
  }
}
