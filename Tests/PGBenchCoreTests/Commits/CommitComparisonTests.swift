import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGReporting
@testable import PGStatistics
@testable import PGVerdicts

@Suite("CommitComparison")
struct CommitComparisonTests {
  static func gates(of variant: Variant = .sync) -> [Gate] {
    let (head, base) = (CommitSide.head.variant(variant), CommitSide.base.variant(variant))
    return [
      Gate.notSlower(head, than: base, by: .percent(2)),
      Gate(head, .metric(.allocations), .reference(base, .percent(0.2).atLeast(0.5))),
    ]
  }

  /// A comparison of one driver whose head takes so many times as long, and makes so many allocations more.
  func outcome(
    ratio: Double, allocations: Double = 0, noise: Double = 0.003,
    of one: WorkerCase = .example("a", variants: [.sync])
  ) throws -> CommitComparison.Case {
    var samples = Simulation(sessions: 16, ratio: ratio, noise: noise).samples(seed: Seed(1))
    let variant = one.variants[0]
    let names = CommitSide.allCases.map { $0.variant(variant) }
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
      entry: entry, samples: samples, gates: Self.gates(of: variant),
      outcomes: Self.gates(of: variant).map { decision.decide($0, rules: rules) })
  }

  @Test(
    "It is fine when all gates are kept, regressed when one is not, suspect or inconclusive when one is not decided"
  )
  func conclusion() throws {
    let (kept, slower, suspect) = (try outcome(ratio: 1), try outcome(ratio: 1.1), try outcome(ratio: 1.02))
    let unsure = try outcome(ratio: 1, noise: 0.4)
    #expect(CommitComparison(cases: [kept, kept]).conclusion == .fine)
    #expect(CommitComparison(cases: [kept, unsure]).conclusion == .inconclusive)
    #expect(CommitComparison(cases: [suspect, unsure]).conclusion == .suspect)
    #expect(CommitComparison(cases: [slower, suspect, kept]).conclusion == .regressed)
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
      CommitComparison(cases: [.init(entry: common, samples: nothing, gates: [], outcomes: [])]).conclusion
        == .inconclusive)
    #expect(
      CommitComparison(cases: [.init(entry: new, samples: nothing, gates: [], outcomes: [])]).conclusion
        == .fine)
  }

  @Test("A variant that the head no longer has of a case that it has is removed, and all forms say so")
  func variantGone() throws {
    let both = WorkerCase.example("a", variants: [.sync, .async])
    func comparison(head: [Variant]) throws -> CommitComparison {
      let entry = try #require(
        try CaseMatching(base: [both], head: [.example("a", variants: head)]).entries.first)
      return CommitComparison(cases: [
        .init(entry: entry, samples: SampleSet(series: []), gates: [], outcomes: [])
      ])
    }
    let renamed = try comparison(head: ["pipelined", "awaited"])
    #expect(renamed.conclusion == .removed && renamed.summary == "0 gates: 2 variants removed.")
    let answer = Answer(renamed)
    #expect(
      answer.text == "Nothing was compared; 2 variants of cases that are there are gone from the head."
        && answer.tone == .undecided)
    let kept = try outcome(ratio: 1)
    #expect(CommitComparison(cases: [kept] + renamed.cases).conclusion == .removed)
    #expect(CommitComparison(cases: []).summary == "Nothing was compared.")
  }

  @Test("The table has a row for each variant, with times, ratio, allocations and verdict")
  func table() throws {
    let new = try #require(try CaseMatching(base: [], head: [.example("b")]).entries.first)
    let result = CommitComparison(cases: [
      try outcome(ratio: 1.1, allocations: 1),
      .init(entry: new, samples: SampleSet(series: []), gates: [], outcomes: []),
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

  @Test("What its test declares is told with what it is held against, and of a new case as well")
  func declared() throws {
    let limit = Gate("sync@head", .metric(.statements), .limit(1))
    let one = try outcome(ratio: 1)
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.001))
    func row(_ statements: MetricSummary.Outcome) throws -> CommitComparison.Row {
      var samples = one.samples
      samples.series[1].attribution = [MetricSummary(.statements, statements)]
      let decided = GateDecision(of: one.entry.identity, samples: samples).decide(limit, rules: rules)
      let gates = one.gates + [limit]
      let comparison = CommitComparison(cases: [
        .init(entry: one.entry, samples: samples, gates: gates, outcomes: one.outcomes + [decided])
      ])
      #expect(comparison.rows[0][.metric(.statements)] == nil)
      return comparison.rows[0]
    }
    func text(_ row: CommitComparison.Row, width: Int) -> String {
      TerminalRenderer(width: width) { line, _ in line }
        .text(ReportDocument([.init(CommitTable.content([row]))]))
    }
    let regressed = try row(.value(2))
    #expect(text(regressed, width: .max).contains("  statements against the limit regressed"))
    #expect(text(regressed, width: 80).contains("    statements against the limit 1 → 2: regressed"))
    let refused = text(try row(.notAvailable(reason: "none")), width: .max)
    #expect(refused.contains("the gate \"statements of sync@head at most 1\" refused"), "\(refused)")
    #expect(text(try row(.value(1)), width: .max).contains("  within tolerance"))

    let new = try #require(try CaseMatching(base: [], head: [one.entry.described]).entries.first)
    let decided = GateDecision(of: new.identity, samples: one.samples).decide(
      Gate("sync@head", .time, .limit(1)), rules: rules)
    let alone = CommitComparison(cases: [
      .init(
        entry: new, samples: one.samples, gates: [Gate("sync@head", .time, .limit(1))], outcomes: [decided])
    ])
    #expect(alone.conclusion == .regressed)
    #expect(text(alone.rows[0], width: .max).contains("  new, time against the limit regressed"))
  }

  @Test("That a variant is much faster than another of the head's keeps their gate, and improves nothing")
  func fasterVariant() throws {
    let one = try outcome(ratio: 0.7)
    let between = Gate.notSlower("sync@head", than: "other@head", by: .percent(2))
    let own = one.gates[0]
    for (gate, words) in [(own, "1 gate: 1 improved."), (between, "1 gate: 1 within tolerance.")] {
      var samples = one.samples
      if gate == between {
        samples.series[0] = SampleSet.Series(
          variant: "other@head", blocks: samples.series[0].blocks, latencies: samples.series[0].latencies)
      }
      let decided = GateDecision(of: one.entry.identity, samples: samples).decide(
        gate, rules: GateRules(rates: ErrorRates(falseAlarm: 0.001), expectsNoChange: gate == own))
      #expect(decided.verdict == (gate == own ? .improved : .withinTolerance))
      let comparison = CommitComparison(cases: [
        .init(entry: one.entry, samples: samples, gates: [gate], outcomes: [decided])
      ])
      #expect(comparison.summary == words)
      let document = ReportDocument([.init(CommitTable.content(comparison.rows))])
      let text = TerminalRenderer(width: .max) { line, _ in line }.text(document)
      #expect(text.contains("improved") == (gate == own))
    }
  }

  @Test("That a case which has regressed leaves other questions open is no news; else it is")
  func open() throws {
    for (ratio, isNews) in [(1.1, false), (1.0, true)] {
      let one = try outcome(ratio: ratio)
      var outcomes = one.outcomes
      outcomes[1] = GateOutcome(gate: one.gates[1], verdict: .inconclusive, figures: outcomes[1].figures)
      let comparison = CommitComparison(cases: [
        .init(entry: one.entry, samples: one.samples, gates: one.gates, outcomes: outcomes)
      ])
      let document = ReportDocument([.init(CommitTable.content(comparison.rows))])
      let text = TerminalRenderer(width: .max) { line, _ in line }.text(document)
      #expect(text.contains("inconclusive") == isNews, "\(text)")
    }
  }

  @Test("At 80 columns no line is longer, cases are headings, and only allocations that changed have a line")
  func narrow() throws {
    let long = WorkerCase.example(
      "A point query that has a long name, and then some more, so that no terminal has the room",
      variants: [.sync])
    let result = CommitComparison(cases: [
      try outcome(ratio: 1.1, allocations: 1),
      try outcome(
        ratio: 1.1, allocations: 1,
        of: .example("a", variants: ["another one, on the event loop itself"])),
      try outcome(ratio: 1.02, of: long),
    ])
    let rows = result.rows
    let document = ReportDocument([.init(CommitTable.content(rows))])
    let lines = TerminalRenderer(width: 80) { line, tone in
      tone == .bad ? "\(line)!" : line
    }
    .text(document).split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.count <= 81 }, "\(lines)")
    #expect(
      lines[0].split(separator: " ").first == "variant" && lines[0].hasSuffix(" verdict"), "\(lines[0])")
    #expect(lines[2] == "S / a / 50")
    #expect(lines[3].hasPrefix("  sync ") && lines[3].hasSuffix(" regressed!"), "\(lines[3])")
    #expect(lines[4] == "    allocations 6 → 7: regressed!")
    #expect(lines[5] == "  another one, on the event loop itself!")
    #expect(lines[6].hasPrefix("       ") && lines[6].hasSuffix(" regressed!"), "\(lines[6])")
    #expect(lines[7] == lines[4])
    #expect(lines[8] == "S / A point query that has a long name, and then some more, so that no terminal")
    #expect(lines[9] == "  has the room / 50")
    #expect(lines[10].hasSuffix(" suspect"), "\(lines[10])")
    #expect(lines.count == 11)
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
    let shown = ShownDifferences(in: ExampleReport.report([report]))
    let rows = SuiteTable.table(of: [report], shown).rows.map { $0.cells.map(\.text) }
    #expect(rows.map { $0[1] } == ["sync@base", "sync@head", "async@base", "async@head"])
    #expect(rows.map { $0[5] } == ["reference", "sync@base", "reference", "async@base"])
  }

  @Test("One sentence counts the verdicts and the cases that one side only has")
  func summary() throws {
    let new = try #require(try CaseMatching(base: [], head: [.example("b")]).entries.first)
    let result = CommitComparison(cases: [
      try outcome(ratio: 1.1), try outcome(ratio: 1), try outcome(ratio: 1.02),
      .init(entry: new, samples: SampleSet(series: []), gates: [], outcomes: []),
    ])
    #expect(result.summary == "6 gates: 1 regressed, 1 suspect, 4 within tolerance, 1 case new.")
  }
}
