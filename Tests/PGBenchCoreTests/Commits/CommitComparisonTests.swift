import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGReporting
@testable import PGStatistics
@testable import PGVerdicts

@Suite("CommitComparison")
struct CommitComparisonTests {
  static let gates = [
    Gate.notSlower("sync@head", than: "sync@base", by: .percent(2)),
    Gate(
      "sync@head", .metric(.allocations), .reference("sync@base", CommitGates.allocationTolerance)),
  ]

  /// A comparison of one driver whose head takes so many times as long, and makes so many allocations more.
  func outcome(
    ratio: Double, allocations: Double = 0, of one: WorkerCase = .example("a", variants: [.sync])
  )
    throws -> CommitComparison.Case
  {
    var samples = Simulation(sessions: 16, ratio: ratio, noise: 0.003).samples(seed: Seed(1))
    let names: [Variant] = ["sync@base", "sync@head"]
    samples.series = zip(names, samples.series).map { name, series in
      let more = name == names[1] ? allocations : 0
      return SampleSet.Series(
        variant: name,
        blocks: series.blocks.map {
          Block(
            session: $0.session, round: $0.round, operations: $0.operations, elapsed: $0.elapsed,
            usage: [.allocations: (6 + more) * Double($0.operations)])
        }, latencies: series.latencies)
    }
    let entry = try #require(try CaseMatching(base: [one], head: [one]).entries.first)
    let decision = GateDecision(of: entry.identity, samples: samples)
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.001))
    return CommitComparison.Case(
      entry: entry, samples: samples, outcomes: Self.gates.map { decision.decide($0, rules: rules) })
  }

  @Test("It is fine when all gates are kept, regressed when one is not, inconclusive when one is not decided")
  func conclusion() throws {
    let (kept, slower, unsure) = (try outcome(ratio: 1), try outcome(ratio: 1.1), try outcome(ratio: 1.02))
    #expect(CommitComparison(cases: [kept, kept]).conclusion == .fine)
    #expect(CommitComparison(cases: [kept, unsure]).conclusion == .inconclusive)
    #expect(CommitComparison(cases: [slower, unsure, kept]).conclusion == .regressed)
    #expect(CommitComparison(cases: [try outcome(ratio: 1, allocations: 1)]).conclusion == .regressed)
    #expect(CommitComparison(cases: [try outcome(ratio: 0.9)]).conclusion == .fine)
  }

  @Test(
    "A case of both sides that was never measured leaves the comparison inconclusive; one of a single side doesn't"
  )
  func missing() throws {
    let one = WorkerCase.example("a")
    let common = try #require(try CaseMatching(base: [one], head: [one]).entries.first)
    let new = try #require(try CaseMatching(base: [], head: [one]).entries.first)
    let nothing = SampleSet(series: [])
    #expect(
      CommitComparison(cases: [.init(entry: common, samples: nothing, outcomes: [])]).conclusion
        == .inconclusive)
    #expect(CommitComparison(cases: [.init(entry: new, samples: nothing, outcomes: [])]).conclusion == .fine)
  }

  @Test("The table has a row for each variant, with times, ratio, allocations and verdict")
  func table() throws {
    let new = try #require(try CaseMatching(base: [], head: [.example("b")]).entries.first)
    let result = CommitComparison(cases: [
      try outcome(ratio: 1.1, allocations: 1),
      .init(entry: new, samples: SampleSet(series: []), outcomes: []),
    ])
    let document = ReportDocument([.init(CommitTable.content(result.rows))])
    let lines = TerminalRenderer(width: .max) { line, tone in tone == .bad ? "! \(line)" : line }
      .text(document).split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[2].hasPrefix("! S / a / 50  sync "))
    #expect(lines[2].contains("6 → 7"))
    #expect(lines[2].hasSuffix("time regressed, allocations regressed"))
    #expect(lines[3].hasPrefix("S / b / 50  sync "))
    #expect(lines[3].hasSuffix(" new"))
    #expect(
      MarkdownRenderer().text(document).split(separator: "\n")[2].contains(
        "| time regressed, allocations regressed |"))
  }

  @Test("At 80 columns no line is longer, cases are headings, and only allocations that changed have a line")
  func narrow() throws {
    let long = WorkerCase.example(
      "A point query that has a long name, and then some more, so that no terminal has the room",
      variants: [.sync])
    let result = CommitComparison(cases: [
      try outcome(ratio: 1.1, allocations: 1), try outcome(ratio: 1.02, of: long),
    ])
    let rows = result.rows
    let odd = CommitComparison.Row(
      identity: rows[0].identity, variant: "another one, on the event loop itself", time: rows[0].time)
    let document = ReportDocument([.init(CommitTable.content([rows[0], odd, rows[1]]))])
    let lines = TerminalRenderer(width: 80) { line, tone in
      tone == .bad ? "\(line)!" : line
    }
    .text(document).split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.count <= 81 }, "\(lines)")
    #expect(lines[0].split(separator: " ").first == "variant" && lines[0].hasSuffix(" time"), "\(lines[0])")
    #expect(lines[2] == "S / a / 50")
    #expect(lines[3].hasPrefix("  sync ") && lines[3].hasSuffix(" regressed!"), "\(lines[3])")
    #expect(lines[4] == "    allocations 6 → 7: regressed!")
    #expect(lines[5] == "  another one, on the event loop itself!")
    #expect(lines[6].hasPrefix("       ") && lines[6].hasSuffix(" regressed!"), "\(lines[6])")
    #expect(lines[7] == "S / A point query that has a long name, and then some more, so that no terminal")
    #expect(lines[8] == "  has the room / 50")
    #expect(lines[9].hasSuffix(" inconclusive"), "\(lines[9])")
    #expect(lines.count == 10)
  }

  @Test(
    "The report of a comparison compares a variant of the head with the same one of the base, and with no other"
  )
  func likeWithLike() throws {
    let one = WorkerCase.example("a")
    let entry = try #require(try CaseMatching(base: [one], head: [one]).entries.first)
    let measured = Simulation(sessions: 16, ratio: 1.1, noise: 0.003)
    var samples = measured.samples(seed: Seed(1))
    let others = measured.samples(seed: Seed(2))
    samples.series = zip(entry.series.map(\.name), samples.series + others.series).map {
      SampleSet.Series(variant: $0, blocks: $1.blocks, latencies: $1.latencies)
    }
    let analysis = try CommitGates.analysis(of: samples, entry)
    #expect(
      analysis.comparisons.map(\.pair) == [
        VariantPair("sync@head", against: "sync@base"), VariantPair("async@head", against: "async@base"),
      ])
    let report = CaseReport(entry.identity, samples: samples, analysis: analysis, placement: "one CPU")
    let rows = SuiteTable.table(of: [report]).rows.map { $0.cells.map(\.text) }
    #expect(rows.map { $0[1] } == ["sync@base", "sync@head", "async@base", "async@head"])
    #expect(rows.map { $0[5] } == ["reference", "sync@base", "reference", "async@base"])
  }

  @Test("One sentence counts the verdicts and the cases that one side only has")
  func summary() throws {
    let new = try #require(try CaseMatching(base: [], head: [.example("b")]).entries.first)
    let result = CommitComparison(cases: [
      try outcome(ratio: 1.1), try outcome(ratio: 1), try outcome(ratio: 1.02),
      .init(entry: new, samples: SampleSet(series: []), outcomes: []),
    ])
    #expect(result.summary == "6 gates: 1 regressed, 1 inconclusive, 4 within tolerance, 1 case new.")
  }
}
