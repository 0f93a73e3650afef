import PGStatistics
import PGSystem
import PGVerdicts
import Testing

@testable import PGMeasuring
@testable import PGReporting

@Suite("A history")
struct HistoryTests {
  private static let found: CaseIdentity = CaseIdentity(suite: "Orders", test: "Find", operations: 1000)
  private static let listed: CaseIdentity = CaseIdentity(suite: "Orders", test: "List", operations: 10)

  private static func names(_ history: History) -> [String] { history.runs.map(\.name) }

  @Test("puts runs in the order of their times, whatever their files are called")
  func order() {
    let runs = [3, 1, 2].map { HistoryRun.example(day: $0, name: "\(9 - $0).json") }
    let history = History(runs)
    #expect(history.isByTime)
    #expect(history.runs.map(\.startedAt) == [1, 2, 3].map { "2024-03-0\($0)T12:00:00Z" })
  }

  @Test("compares times by when they were, not by how they are written")
  func zones() {
    func run(_ name: String, _ time: String) -> HistoryRun { .example(name: name, startedAt: time) }
    let runs = [
      run("c", "2024-03-01T12:00:00Z"), run("b", "2024-03-01T12:30:00.25+01:00"),
      run("d", "2024-03-01T11:00:00-02:00"), run("a", "2023-12-31T23:59:60Z"),
    ]
    #expect(Self.names(History(runs)) == ["a", "b", "c", "d"])
    // date -d TIME +%s
    for (text, seconds) in [
      ("1970-01-01T00:00:00Z", 0), ("2024-02-29T23:59:59Z", 1_709_251_199),
      ("2000-03-01T00:00:00Z", 951_868_800),
      ("1900-03-01T00:00:00Z", -2_203_891_200), ("0000-01-01T00:00:00Z", -62_167_219_200),
      ("1970-01-01T01:00:00.250+01:00", 0.25),
    ] as [(String, Double)] {
      #expect(RunTime.seconds(text) == seconds, "\(text)")
    }
    for text in [
      "", "yesterday", "2024-13-01T00:00:00Z", "2024-03-01 12:00:00Z", "2024-03-01T12:00:00",
      "+024-03-01T12:00:00Z",
      "2024-03-01T12:00:00+1:00", "2024-03-01T12:00:00Zé", "２024-03-01T12:00:00Z",
      String(repeating: "9", count: 300),
    ] {
      #expect(RunTime.seconds(text) == nil, "\(text)")
    }
  }

  @Test("leaves out a file that doesn't tell its time among those that do, and says so")
  func untimed() {
    let runs = (1...8).map { HistoryRun.example(day: $0, name: "\(9 - $0).json") }
    let history = History(runs + [.example(day: 9, name: "main.json", startedAt: nil)])
    #expect(history.isByTime && Self.names(history) == (1...8).map { "\(9 - $0).json" })
    #expect(
      history.leftOut == [
        .init(name: "main.json", reason: "tells no time, so that it has no place among runs that do")
      ])
  }

  @Test(
    "is in the order of the files' names where most files don't tell their times, with numbers by their value"
  )
  func byName() {
    let runs = ["run-10.json", "run-9.json", "run-09b.json", "a.json"].enumerated().map { day, name in
      HistoryRun.example(day: day + 1, name: name, startedAt: name == "a.json" ? "2024-03-01T12:00:00Z" : nil)
    }
    let history = History(runs)
    #expect(!history.isByTime)
    #expect(Self.names(history) == ["a.json", "run-9.json", "run-09b.json", "run-10.json"])
    // An order: whatever two names are, not both come first.
    let names = ["", "1", "01", "a1", "a01", "a1b", "a", "é", String(repeating: "9", count: 400)]
    for one in names {
      for other in names {
        #expect(!(History.isNamedBefore(one, other) && History.isNamedBefore(other, one)))
        #expect(one == other || History.isNamedBefore(one, other) || History.isNamedBefore(other, one))
      }
    }
  }

  @Test("leaves out copies of a run, runs that were not optimised, and runs without a ratio, and says so")
  func leftOut() {
    let whole = (1...6).map { HistoryRun.example(day: $0) }
    let copy = HistoryRun.example(day: 2, name: "copy of 2.json")
    let debug = HistoryRun.example(day: 7, build: .debug)
    let empty = HistoryRun.example(day: 8, ratios: [:])
    let history = History(
      whole + [copy, debug, empty], leftOut: [.init(name: "x.json", reason: "can't be read")])
    #expect(history.runs.count == 6)
    #expect(
      history.leftOut.map(\.name) == ["2024-03-07.json", "2024-03-08.json", "copy of 2.json", "x.json"])
    let text = MarkdownRenderer().text(ReportDocument(history))
    #expect(
      text.contains("**Incomplete.** 4 files left out: ") && text.contains("x.json can't be read"), "\(text)")
  }

  @Test("looks at its last 500 runs")
  func long() {
    let runs = (0..<503).map { HistoryRun.example(name: "\($0).json", startedAt: nil) }.enumerated().map {
      HistoryRun.example(name: $1.name, startedAt: nil, ratios: [Self.found: 1 + Double($0) * 1e-9])
    }
    let history = History(runs)
    #expect(history.runs.count == 500 && history.runs.last?.name == "502.json")
    #expect(history.leftOut.map(\.name) == ["0.json", "1.json", "2.json"])
  }

  @Test("turns a ratio around where the order of a case's variants has changed")
  func turned() throws {
    let runs = (1...6).map { day in
      day < 4
        ? HistoryRun.example(day: day, ratios: [Self.found: 1.25])
        : HistoryRun.example(day: day, ratios: [Self.found: 0.8], pair: VariantPair(.sync, against: .async))
    }
    let history = History(runs)
    let series = try #require(history.series.first)
    #expect(history.series.count == 1 && series.title == "async ÷ sync")
    #expect(series.points.allSatisfy { abs($0.estimate.ratio - 1.25) < 1e-9 } && series.points.count == 6)
  }

  @Test("says at which run a ratio changed, by how much at least, and what else changed there")
  func step() throws {
    let runs = (1...9).map { day in
      HistoryRun.example(
        day: day, cpu: day < 6 ? "A" : "B",
        ratios: [Self.found: Self.noisy(day < 6 ? 1.02 : 1.08, day), Self.listed: Self.noisy(0.9, day + 50)])
    }
    let history = History(runs)
    #expect(history.series.count == 2 && history.changed.map(\.identity) == [Self.found])
    let change = try #require(history.changed.first?.changes.first)
    #expect(change.run == 5 && change.isRise)
    #expect(abs(change.factor - 1.08 / 1.02) < 0.01 && change.least > 1 && change.least < change.factor)
    let document = ReportDocument(history)
    let text = TerminalRenderer(width: 110).text(document)
    let answer =
      "Of 2 ratios over 9 runs, 2024-03-01 to 2024-03-09, 1 changed: Orders / Find / 1000, async ÷ sync, "
    #expect(text.contains("\(answer)rose by at least 5.1 % at 0000000006 (2024-03-06)."), "\(text)")
    #expect(text.contains("Orders / Find / 1000  async ÷ sync  0000000006 (2024-03-06)"), "\(text)")
    #expect(text.contains("CPU A, then B."), "\(text)")
    let charts = document.charts
    #expect(charts.map(\.name) == ["history-1"] && charts[0].title == "Orders / Find / 1000, async ÷ sync")
    #expect(
      charts[0].summary.contains("rises by") && charts[0].summary.contains("at 0000000006 (2024-03-06)"))
  }

  @Test("tells of a creep of 1 % a run without naming a run")
  func creep() throws {
    let runs = (1...20).map { day in
      HistoryRun.example(day: day, ratios: [Self.found: Self.noisy(exp(0.01 * Double(day)), day)])
    }
    let history = History(runs)
    let change = try #require(history.changed.first?.changes.first)
    #expect(change.run == nil && change.isRise && change.least > 1.1)
    let text = TerminalRenderer(width: .max).text(ReportDocument(history))
    #expect(text.contains("from 0000000001 (2024-03-01) to 0000000020 (2024-03-20)"), "\(text)")
    #expect(MarkdownRenderer().text(ReportDocument(history)).contains("rises little by little"))
  }

  @Test("shows nothing where nothing changes, and says which step it would have shown")
  func steady() {
    let runs = (1...20).map { day in
      HistoryRun.example(day: day, ratios: [Self.found: Self.noisy(1.1, day)])
    }
    let text = MarkdownRenderer().text(ReportDocument(History(runs)))
    #expect(text.contains("No change is shown: 1 ratio over 20 runs, 2024-03-01 to 2024-03-20."), "\(text)")
    #expect(text.contains("a single step half-way would have been shown in nine of ten"), "\(text)")
    #expect(!text.contains("## Changes"))
  }

  @Test("of few runs says that they are too few", arguments: [0, 1, 4])
  func few(count: Int) {
    let text = MarkdownRenderer().text(ReportDocument(History((0..<count).map { .example(day: $0 + 1) })))
    #expect(text.contains("too few to show a change: a history takes 5 at least"), "\(text)")
  }

  @Test("is made of reports and baselines, by their ratios to each case's first variant")
  func sources() throws {
    let samples = Simulation(ratio: 1.25).samples(seed: Seed(1))
    let report = ExampleReport.report([try ExampleReport.report(of: Simulation(ratio: 1.25), Self.found)])
    let run = try HistoryRun.read(JSONReportWriter().text(report), name: "r.json").get()
    #expect(run == HistoryRun(report, name: "r.json"))
    #expect(run.commit == "0123abc" && run.label == "0123abc" && run.startedAt == "2024-03-01T12:00:00Z")
    #expect(run.ratios.map(\.pair) == [VariantPair(.async, against: .sync)])
    #expect(abs(try #require(run.ratios.first).estimate.ratio - 1.25) < 0.02)
    let baseline = HistoryRun(
      Baseline(
        fingerprint: Fingerprint(of: ExampleReport.environment),
        cases: [BaselineCase(Self.found, samples: samples)]), name: "main.json")
    #expect(baseline.ratios.map(\.pair) == run.ratios.map(\.pair) && baseline.label == "main")
    #expect(abs(try #require(baseline.ratios.first).estimate.ratio - 1.25) < 0.02)
    for text in ["", "{}", "[]", "{\"format\": 99}", "{\"schemaVersion\": 99}", "nothing"] {
      #expect(throws: History.LeftOut.self, "\(text)") { try HistoryRun.read(text, name: "x").get() }
    }
  }

  @Test("has no ratios of heads to their own bases, which start from another commit each")
  func gates() throws {
    let samples = SampleSet(
      series: Simulation().samples(seed: Seed(1)).series.enumerated().map { index, series in
        SampleSet.Series(variant: index == 0 ? "sync@base" : "sync@head", blocks: series.blocks).with(series)
      })
    let report = ExampleReport.report([
      CaseReport(Self.found, samples: samples, analysis: try Analysis(of: samples), placement: "")
    ])
    #expect(report.cases[0].comparisons.count == 1)
    #expect(HistoryRun(report, name: "gate_report.json").ratios.isEmpty)
  }

  @Test("shows hostile names letter by letter, and shortens long ones")
  func hostile() {
    let names = ["<b>\"'&", "a\nb\u{1B}[31m", "\u{202E}abc", "😀", String(repeating: "x", count: 300)]
    let runs = (1...12).map { day in
      HistoryRun.example(
        day: day, name: names[day % names.count] + ".json", commit: names[day % names.count],
        ratios: Dictionary(
          uniqueKeysWithValues: names.map { name in
            (CaseIdentity(suite: name, test: name, operations: 1), Self.noisy(day < 7 ? 1 : 2, day))
          }))
    }
    let history = History(runs)
    #expect(history.changed.count == names.count)
    #expect(history.runs.allSatisfy { $0.label.count <= 40 })
    let document = ReportDocument(history)
    for text in [TerminalRenderer(width: 80).text(document), MarkdownRenderer().text(document)] {
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
    }
    let markdown = MarkdownRenderer().text(document)
    #expect(markdown.contains("\\<b>") && !markdown.replacing("\\<b>", with: "").contains("<b>"))
    for chart in document.charts {
      #expect(chart.name.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".contains($0) })
    }
  }

  /// A ratio with 0.2 % of noise.
  private static func noisy(_ ratio: Double, _ number: Int) -> Double {
    var generator = Seed(41).derived(number).generator
    return ratio * exp(0.002 * generator.gaussian())
  }
}

extension ReportDocument {
  /// The charts, those in folded parts as well.
  fileprivate var charts: [Chart] {
    blocks.compactMap { block in
      if case .chart(let chart) = block.content { chart } else { nil }
    }
  }
}

extension SampleSet.Series {
  fileprivate func with(_ other: SampleSet.Series) -> SampleSet.Series {
    var series = self
    series.latencies = other.latencies
    return series
  }
}

extension HistoryRun {
  /// A run of a day in March with given ratios, made the way a report is read.
  fileprivate static func example(
    day: Int = 1, name: String? = nil, commit: String? = nil, startedAt: String? = "",
    cpu: String = "A", build: ReportEnvironment.BuildMode = .optimised,
    ratios: [CaseIdentity: Double]? = nil, pair: VariantPair = VariantPair(.async, against: .sync)
  ) -> HistoryRun {
    let number = day < 10 ? "0\(day)" : "\(day)"
    var environment = ExampleReport.environment
    environment.cpu = cpu
    environment.buildMode = build
    let given = ratios ?? [CaseIdentity(suite: "Orders", test: "Find", operations: 1000): 1.1]
    return HistoryRun(
      name: name ?? "2024-03-\(number).json",
      commit: commit ?? String(repeating: "0", count: 10 - number.count) + number,
      startedAt: startedAt == "" ? "2024-03-\(number)T12:00:00Z" : startedAt,
      fingerprint: Fingerprint(of: environment),
      ratios: given.sorted { CaseIdentity.comesFirst($0.key, $1.key) }.compactMap { identity, ratio in
        Ratio(
          identity, pair,
          RatioEstimate(
            ratio: ratio, low: ratio * 0.99, high: ratio * 1.01, confidence: 0.95, sessions: 8, rounds: 80))
      }, warnings: [])
  }
}
