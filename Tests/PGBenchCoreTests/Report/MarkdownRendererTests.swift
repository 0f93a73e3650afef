import PGMeasuring
import PGReporting
import PGSystem
import PGVerdicts
import Testing

@Suite("A report in Markdown")
struct MarkdownRendererTests {
  private func markdown(_ report: BenchmarkReport) -> String {
    MarkdownRenderer().text(ReportDocument(report))
  }

  private func plain(_ report: BenchmarkReport, width: Int = 100) -> String {
    TerminalRenderer(width: width).text(ReportDocument(report))
  }

  private func row(_ text: String, startingWith start: String) throws -> [String] {
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("| \(start) |") })
    return line.split(separator: "|").map { $0.trimming(while: { $0 == " " }) }
  }

  @Test("Each suite has the study's table with an interval beside the ratio of the times")
  func table() throws {
    let text = markdown(try ExampleReport.typical())
    #expect(text.contains("| count | async ops/s | sync ops/s | time ÷ sync's | 95 % interval | faster |"))
    let slower = try row(text, startingWith: "1,000")
    #expect(slower.last == "sync")
    #expect(slower[3].hasPrefix("1.24") || slower[3].hasPrefix("1.25"))
    #expect(try row(text, startingWith: "50,000").last == "no difference shown")
    #expect(try row(text, startingWith: "10").suffix(3) == ["–", "–", "too few rounds"])
  }

  @Test("The full form says in how many sessions and rounds each was measured, and how long its blocks were")
  func sampling() throws {
    let report = try ExampleReport.typical()
    let text = markdown(report)
    #expect(text.contains("| count | variant | sessions | rounds | operations in a block |"))
    let rounds = try #require(report.cases.first { $0.operations == 1000 }?.rounds.first)
    let row = [
      "1,000", "sync, async", "\(Set(rounds.session).count)", "\(rounds.round.count)",
      "\(rounds.operations[0])",
    ]
    #expect(text.contains("| \(row.joined(separator: " | ")) |"), "\(row)")
    #expect(!plain(report).contains("operations in a block"))
  }

  @Test("Percentiles without enough samples are marked, and the mark is explained")
  func latencies() throws {
    let text = markdown(try ExampleReport.typical())
    #expect(text.contains("| count | variant | samples | p50 | p90 | p95 | p99 | p99.9 | min | mean | max |"))
    let few = try #require(text.split(separator: "\n").first { $0.hasPrefix("| 10 | sync | 50 |") })
    #expect(few.count { $0 == "†" } == 3)
    #expect(text.contains("† Fewer than five samples"))
  }

  @Test("Gates are listed with outcome and figures, the environment with the server's settings")
  func gatesAndEnvironment() throws {
    let text = markdown(try ExampleReport.typical())
    #expect(text.contains("| Standard / Select / 1000 | regressed | Regressed (async not slower than sync"))
    #expect(text.contains("| Standard / Select / 50000 | within tolerance | time of async "))
    #expect(text.contains("| Mixed / Mixed / 10 | refused | Refused (async not slower"))
    #expect(text.contains("\n- **Standard / Select / 1000**: Regressed: time of async "))
    #expect(text.contains("| CPU | Example CPU |"))
    #expect(text.contains("| server setting jit | off |"))
  }

  @Test("A debug build is said at the top, an optimised one says nothing")
  func warning() throws {
    let cases = try ExampleReport.typical().cases
    let debug = markdown(ExampleReport.report(cases, buildMode: .debug))
    let warning = try #require(debug.firstRange(of: "**Warning.** This is a debug build"))
    let firstTable = try #require(debug.firstRange(of: "## Standard"))
    #expect(warning.upperBound < firstTable.lowerBound)
    #expect(!markdown(ExampleReport.report(cases)).contains("Warning"))
  }

  @Test("Names are shown letter by letter: nothing in them is markup, and nothing acts on a terminal")
  func names() throws {
    let name = "<b>**x**</b> `code` _a_ snake_case [l](u) ~~s~~ &amp; \u{1B}[31m\u{202E}"
    let report = ExampleReport.report([
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: name, test: name, operations: 1)),
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: name, test: "other", operations: 1)),
    ])
    let escaped =
      #"\<b>\*\*x\*\*\</b> \`code\` \_a\_ snake_case \[l\](u) \~\~s\~\~ \&amp; \\u{1B}\[31m\\u{202E}"#
    let text = markdown(report)
    #expect(text.contains("\n## \(escaped)\n"), "\(text.prefix(300))")
    #expect(text.contains("| \(escaped) | 1 |"))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    let plain = plain(report, width: .max)
    #expect(plain.contains(#"&amp; \u{1B}[31m\u{202E}"#) && !plain.contains("\u{1B}"))
  }

  @Test("Failed tests and what makes a run incomplete come before everything else")
  func failures() throws {
    let report = BenchmarkReport(
      environment: ExampleReport.environment, cases: try ExampleReport.typical().cases,
      failures: [
        FailedTest(
          suite: "S", test: "a|b", file: "M/F.swift", line: 7, error: "no\nway",
          command: "swift test --filter 'S/a'")
      ],
      incomplete: "SIGINT interrupted it after 3 cases")
    let text = markdown(report)
    #expect(
      text.hasPrefix(
        "# Benchmark report\n\n**The run is incomplete; 1 of 3 gates failed; 1 test ended with an error; "))
    #expect(text.contains("\n\n> **Incomplete.** SIGINT interrupted it after 3 cases\n\n## Failed gates\n"))
    #expect(text.contains("\n- **S / a\\|b**: no way\\\n  `M/F.swift:7` `swift test --filter 'S/a'`\n"))
    let failed = try #require(text.firstRange(of: "## Tests that ended with an error"))
    let measured = try #require(text.firstRange(of: "## Standard"))
    #expect(failed.lowerBound < measured.lowerBound)
    let plain = plain(report)
    #expect(plain.hasPrefix("The run is incomplete; "))
    #expect(plain.contains("\n\nincomplete: SIGINT interrupted it after 3 cases\n\nFailed gates\n"))
    #expect(
      plain.contains(
        "\nTests that ended with an error\n  S / a|b: no way\n    M/F.swift:7  swift test --filter 'S/a'\n"))
    #expect(try JSONReportWriter().report(from: JSONReportWriter().text(report)) == report)
  }

  @Test("Stored times carry their warning where they stand")
  func storedTimes() throws {
    let samples = Simulation(ratio: 1.25).samples(seed: Seed(1))
    let identity = CaseIdentity(suite: "S", test: "t", operations: 1)
    let here = Fingerprint(of: ExampleReport.environment)
    let baseline = Baseline(fingerprint: here, cases: [BaselineCase(identity, samples: samples)])
    let report = ExampleReport.report([
      CaseReport(
        identity, samples: samples, analysis: try Analysis(of: samples),
        baseline: BaselineComparison(name: "main", baseline, of: identity, samples: samples, here: here),
        placement: "")
    ])
    let warning = "times of two hours of one machine differ by tens of per cent with the same code"
    #expect(markdown(report).contains("## Against the baseline\n\nA stored time is of another hour"))
    #expect(markdown(report).contains(warning) && plain(report).contains(warning))
    let run = MeasuredRun(report)
    #expect(RunComparison(run, run).text().contains(warning))
  }

  @Test("No name begins a list, a quotation or code, or becomes a link to an address or a user")
  func blocksAndLinks() {
    let escaped = [
      ("- x", "\\- x"), ("+ x", "\\+ x"), ("> x", "\\> x"), ("1. x", "1\\. x"), ("12) x", "12\\) x"),
      ("=", "\\="), ("    code", "code"), ("1.5 ms", "1.5 ms"), ("a - b", "a - b"), ("v1. x", "v1. x"),
      ("see http://x.y", "see http\\://x.y"), ("WWW.x.y", "WWW\\.x.y"), ("a: b", "a: b"),
      ("@user", "@<!-- -->user"), ("sync @ head", "sync @ head"), ("sync@head", "sync@<!-- -->head"),
    ]
    for (text, expected) in escaped { #expect(Markdown.escaped(text) == expected, "\(text)") }
  }

  @Test("Pipes and line breaks in names do not break the tables")
  func escaping() throws {
    let report = ExampleReport.report([
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: "a|b\nc", operations: 1)),
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: "S", test: "other", operations: 1)),
    ])
    #expect(markdown(report).contains("| a\\|b\\\\nc | 1 |"))
  }
}

extension Substring {
  fileprivate func trimming(while predicate: (Character) -> Bool) -> String {
    String(drop(while: predicate).reversed().drop(while: predicate).reversed())
  }
}
