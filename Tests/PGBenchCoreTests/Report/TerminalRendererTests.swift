import PGMeasuring
import PGReporting
import PGSystem
import Testing

@Suite("A report on a terminal")
struct TerminalRendererTests {
  private func text(_ report: BenchmarkReport, width: Int = 100) -> String {
    TerminalRenderer(width: width).text(ReportDocument(report))
  }

  /// The lines from a suite's heading to the end of its table.
  private func table(of suite: String, in report: BenchmarkReport, width: Int = 100) -> [Substring] {
    let parts = text(report, width: width).split(separator: "\n\n")
    return parts.first { $0.hasPrefix("\(suite)\n") }?.split(separator: "\n") ?? []
  }

  @Test("The terminal gets the answer, the gates that were not kept, and a table for each suite")
  func typical() throws {
    let text = text(try ExampleReport.typical())
    let lines = text.split(separator: "\n")
    #expect(
      lines[0].hasPrefix("1 of 3 gates failed; 1 gate was kept; 1 gate could not be decided (1 refused); "))
    #expect(
      lines[1] == "Failed gates" && lines[2].hasPrefix("  Standard / Select / 1000: Regressed: time of "))
    #expect(lines[3] == "Gates that could not be decided")
    #expect(lines[4].hasPrefix("  Mixed / Mixed / 10: Refused ("))
    let tables = lines.drop { $0 != "Standard" }.prefix { !$0.hasPrefix("A variant against itself") }
    #expect(tables.contains("Mixed") && tables.allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") })
    #expect(!text.contains("Standard / Select / 50000"))
  }

  @Test("A gate that failed has two lines: what and how far, and where and how to see it again")
  func failedGate() throws {
    let one = try ExampleReport.report(
      of: Simulation(ratio: 1.25), CaseIdentity(suite: "S", test: "t", operations: 10),
      source: TestSource(file: "M/F.swift", line: 7, command: "swift test --filter 'M.S/t()'"))
    let lines = text(ExampleReport.report([one])).split(separator: "\n")
    #expect(lines[2].hasPrefix("  S / t / 10: Regressed: time of async "))
    #expect(lines[2].hasSuffix(" times as much, 1.1000 times allowed."), "\(lines[2])")
    #expect(lines[3] == "    M/F.swift:7  swift test --filter 'M.S/t()'")
  }

  @Test("Columns are aligned: numbers to the right, words to the left")
  func aligned() throws {
    let lines = table(of: "Standard", in: try ExampleReport.typical())
    let (heading, rule, first, second) = (lines[1], lines[2], lines[3], lines[4])
    #expect(heading.hasPrefix(" count  async ops/s  sync ops/s  time ÷ sync's"))
    #expect(rule.hasPrefix("------  -----------  ----------  ----------"))
    #expect(first.hasPrefix(" 1,000  "))
    #expect(second.hasPrefix("50,000  "))
    #expect(second.hasSuffix("no difference shown"))
  }

  @Test("Several tests of a suite, several clients and long names, uncut, still fit in 100 columns")
  func wide() throws {
    let name = "A test with a name that goes on for longer than any table has room for"
    let report = ExampleReport.report([
      try ExampleReport.report(
        of: Simulation(), CaseIdentity(suite: "S", test: name, operations: 100_000), clients: 5),
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: "short", operations: 10)),
    ])
    let lines = table(of: "S", in: report)
    #expect(lines.contains { $0 == name } && lines.contains("short"))
    #expect(lines.allSatisfy { $0.count <= 100 }, "\(lines.filter { $0.count > 100 })")
  }

  @Test("Names stand in the table where a line has room for them, and else above their rows")
  func room() throws {
    let name = "A test with a name that goes on for longer than any table of 110 columns has room for"
    let report = ExampleReport.report([
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: name, operations: 100_000)),
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: "short", operations: 10)),
    ])
    #expect(table(of: "S", in: report, width: 180).contains { $0.hasPrefix("\(name)  100,000  ") })
    #expect(table(of: "S", in: report, width: 110).contains { $0 == name })
  }

  @Test("Wide characters, marks and pictures leave the columns aligned")
  func wideCharacters() throws {
    let names = ["漢字のテスト", "e\u{301}te\u{301}", "👨‍👩‍👧 family", "한국어", "plain"]
    let report = ExampleReport.report(
      try names.map {
        try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: $0, operations: 10))
      })
    let lines = table(of: "S", in: report)
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
    let report = try ExampleReport.report(
      of: Simulation(ratio: 1.25), CaseIdentity(suite: "S", test: "t", operations: 10), third: "pipelined")
    let lines = table(of: "S", in: ExampleReport.report([report]))
    #expect(lines[3].contains("sync") && lines[3].hasSuffix("reference"))
    #expect(lines[4].contains("async") && lines[4].hasSuffix("sync"))
    #expect(lines[5].contains("pipelined") && lines[5].hasSuffix("no difference shown"))
  }

  @Test("A debug build is warned of before any figure, and nobody is called faster in words")
  func warning() throws {
    let report = ExampleReport.report(try ExampleReport.typical().cases, buildMode: .debug)
    let lines = text(report).split(separator: "\n")
    #expect(lines[0].contains("the build was not optimised, so that nothing is said of who is faster"))
    #expect(lines[1].hasPrefix("warning: This is a debug build"))
    #expect(!lines.contains { $0.contains("takes more time") })
  }
}
