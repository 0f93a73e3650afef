import PGMeasuring
import PGStatistics
import PGSystem
import PGVerdicts

extension ReportDocument {
  /// What a run's report says: the same facts as the JSON report, but the round data.
  ///
  /// It begins with the answer, what failed, what could not be decided, and what was found. The brief form
  /// has that, a table for each suite, the changes against the baseline, and what the run could have seen.
  package init(_ report: BenchmarkReport) {
    var blocks = [Block(.heading("Benchmark report", level: 1), in: .full)]
    blocks.append(Block(.answer(Answer(report))))
    if let incomplete = report.incomplete { blocks.append(Block(.note(.incomplete, incomplete))) }
    blocks += report.warnings.map { Block(.note(.warning, $0)) }
    blocks += GateSections.failed(report)
    blocks += RunSections.failures(report)
    blocks += GateSections.undecided(report)
    blocks += RunSections.findings(report)
    blocks += RunSections.figures(report)
    self.init(blocks)
  }
}

extension ReportDocument.Tone {
  /// What a verdict means to the reader of a table.
  init(_ verdict: Verdict) {
    self = verdict == .regressed ? .bad : verdict.isKept ? .good : .undecided
  }
}

/// What a run's report says of the run as a whole.
enum RunSections {
  typealias Block = ReportDocument.Block
  typealias Table = ReportDocument.Table

  /// All that comes after what was found: the figures, how they are read, and what they were measured on.
  static func figures(_ report: BenchmarkReport) -> [Block] {
    let shown = ShownDifferences(in: report)
    return report.suites.flatMap { SuiteSection.blocks($0, in: report, shown) }
      + manyIntervals(report, shown) + sweeps(report)
      + changes(report) + GateSections.all(report) + summary(report) + explanations(report)
      + environment(report.environment)
  }

  /// Why a table may say that no difference is shown beside an interval that excludes 1: the page explains it
  /// with all else.
  private static func manyIntervals(_ report: BenchmarkReport, _ shown: ShownDifferences) -> [Block] {
    let all = report.cases.flatMap { one in one.comparisons.map { (one, $0) } }
    guard all.contains(where: { shown.isOneOfMany($0.1, in: $0.0) }) else { return [] }
    return [
      Block(
        .paragraph(
          "An interval may exclude 1 by chance. One of twenty such reports at most says \"faster\" of any of "
            + "\(Format.count(all.count)) pairs that don't differ (Holm's procedure)."), in: .brief)
    ]
  }

  /// Where each variant is ahead, and where nothing could be shown.
  static func findings(_ report: BenchmarkReport) -> [Block] {
    let differences = Findings.differences(report)
    let costs = Findings.costs(report)
    guard !differences.isEmpty || !costs.isEmpty else { return [] }
    var blocks = [Block(.heading("Findings", level: 2), in: .full)]
    if !differences.isEmpty { blocks.append(Block(.list(differences))) }
    // Of many tests they would keep the reader from the tables.
    if costs.count > 6 {
      blocks.append(
        Block(.folded("What a connection and an operation cost", [Block(.list(costs))]), in: .full))
    } else if !costs.isEmpty {
      blocks.append(Block(.list(costs), in: .full))
    }
    return blocks
  }

  /// The tests that ended with an error.
  static func failures(_ report: BenchmarkReport) -> [Block] {
    guard let failures = report.failures, !failures.isEmpty else { return [] }
    let remarks = failures.map { failure in
      ReportDocument.Remark(
        of: "\(failure.suite) / \(failure.test)", place: "\(failure.file):\(failure.line)",
        command: failure.command, failure.error, .bad)
    }
    return [
      Block(.heading("Tests that ended with an error", level: 2)),
      Block(
        .paragraph("What they had measured before stands below; the rest of it is missing."), in: .full),
      Block(.remarks(.init(remarks))),
    ]
  }

  /// What a connection and an operation cost.
  static func sweeps(_ report: BenchmarkReport) -> [Block] {
    guard let sweeps = report.sweeps, !sweeps.isEmpty else { return [] }
    var table = Table(
      columns: [
        .text("test"), .text("variant"), .number("a connection"), .number("95 % interval"),
        .number("an operation"),
        .number("95 % interval"),
      ], leading: 1)
    let names = CaseNames(sweeps.map { $0.identity(operations: 0) })
    for sweep in sweeps {
      let costs = [sweep.cost.fixed, sweep.cost.perOperation].flatMap { cost in
        [Format.metric(cost.value, .nanoseconds)]
          + ["\(Format.metric(cost.low, .nanoseconds)) to \(Format.metric(cost.high, .nanoseconds))"]
      }
      let name = "\(sweep.suite) / \(names.title(sweep.identity(operations: 0)))"
      table.rows.append(.init([name, sweep.variant.name] + costs))
    }
    return [
      Block(.heading("What a connection and an operation cost", level: 2), in: .full),
      Block(.paragraph(sweepNote), in: .full),
      Block(.folded("Each test and variant", [Block(.table(table))]), in: .full),
    ]
  }

  private static let sweepNote = """
    Total time = a connection + count × an operation, fitted over the counts of each sweep: what \
    connecting once costs a program that then runs so many operations.
    """

  /// What the words and marks of the suites' tables mean.
  static func explanations(_ report: BenchmarkReport) -> [Block] {
    let ratio = """
      Operations per second are of all operations, the slowest included. The ratio is of the typical \
      operation's time to the reference's, below 1 where it takes less, estimated from blocks of both that \
      ran side by side, the slowest twentieth of operations cut down. It is free of drift that the two \
      columns of operations per second contain, and of what only slows some operations down, so it need not \
      be their quotient. Faster is said where it holds for all comparisons of the report together (Holm's \
      procedure, 5 %); an interval of 95 % is a single row's.
      """
    let dagger = """
      † Fewer than five samples are to be expected beyond this percentile: it hangs on the extremes.
      """
    let summaries = report.cases.flatMap(\.variants)
    let needsDagger = summaries.contains { $0.latency.supported != Percentile.allCases }
    return [Block(.heading("How to read the tables", level: 2), in: .full)]
      + ([ratio] + (needsDagger ? [dagger] : [])).map { Block(.paragraph($0), in: .full) }
  }

  /// The changes of all cases against the baseline; nothing where there is none.
  static func changes(_ report: BenchmarkReport) -> [Block] {
    var table = Table(columns: [
      .text("case"), .text("variant"), .number("time now ÷ baseline"), .number("95 % interval"),
    ])
    let names = CaseNames(report.cases.map(\.identity))
    for report in report.cases {
      for change in report.baseline?.changes ?? [] {
        let cells: [String]
        if let ratio = change.ratio, let low = change.low, let high = change.high {
          let width = high - low
          cells = [
            Format.decimals(ratio, like: width),
            "\(Format.decimals(low, like: width)) to \(Format.decimals(high, like: width))",
          ]
        } else {
          cells = ["new", ""]
        }
        table.rows.append(.init([names.full(report.identity), change.variant.name] + cells))
      }
    }
    guard !table.rows.isEmpty else { return [] }
    return [
      Block(.heading("Against the baseline", level: 2)), Block(.paragraph(storedTimesNote)),
      Block(.table(table)),
    ]
  }

  /// What figures that were compared with stored ones are worth, said where they stand.
  static let storedTimesNote = """
    A stored time is of another hour, and times of two hours of one machine differ by tens of per cent \
    with the same code: what an interval tells apart here may be the hours.
    """

  /// How noisy the run was, what it could have seen, and how often its gates may err, a sentence each.
  static func summary(_ report: BenchmarkReport) -> [Block] {
    let checks = report.cases.map(\.selfCheck)
    let halfWidths = checks.flatMap(\.selfComparisons).map(\.halfWidth)
    let changes = checks.flatMap(\.sensitivities).map(\.smallestDetectableChange)
    var lines: [String] = []
    if let middle = Median.of(halfWidths), let worst = halfWidths.max() {
      lines.append(
        "A variant against itself, between sessions, 95 %: ± \(Format.percent(middle)) in the middle, "
          + "± \(Format.percent(worst)) at worst.")
    }
    if let middle = Median.of(changes), let worst = changes.max() {
      lines.append(
        "Smallest difference that a single interval could have shown: \(Format.percent(middle)) in "
          + "the middle, \(Format.percent(worst)) at worst.")
    }
    if let alarms = report.falseAlarms {
      lines.append(
        "False alarms: at most \(Format.errorRate(alarms.rate)) of such runs have any, shared by "
          + "\(Format.amount(alarms.gates, "declared gate")) and the questions that they ask"
          + "\(alarms.least.map { ", of which each has \(Format.errorRate($0)) at least" } ?? "").")
    }
    lines += notCompared(report)
    lines += baseline(report)
    guard !lines.isEmpty else { return [] }
    return [Block(.heading("What it could have seen", level: 2), in: .full), Block(.list(lines))]
  }

  /// What tests have declared irrelevant, and why.
  private static func notCompared(_ report: BenchmarkReport) -> [String] {
    let names = CaseNames(report.cases.map(\.identity))
    return report.cases.flatMap { one in
      (one.notCompared ?? []).map {
        Printable.line("Not compared: \($0.quantity) of \(names.full(one.identity)), \($0.reason).")
      }
    }
  }

  /// Cases that the baseline has and this run has not, and what it could not be held against.
  private static func baseline(_ report: BenchmarkReport) -> [String] {
    let refusals = Set(report.cases.compactMap(\.baseline).compactMap(\.refusal)).sorted()
    let missing = report.notMeasured ?? []
    return refusals.map { "Not compared with the baseline, \($0)." }
      + (missing.isEmpty
        ? []
        : [
          "In the baseline and not measured in this run: "
            + "\(missing.map(\.description).joined(separator: "; "))."
        ])
  }

  /// What the run was measured on.
  static func environment(_ environment: ReportEnvironment) -> [Block] {
    let facts: [(String, String?)] = [
      ("started", environment.startedAt), ("profile", environment.profile), ("CPU", environment.cpu),
      ("cores", String(environment.cores)), ("operating system", environment.operatingSystem),
      ("kernel", environment.kernel), ("server", environment.serverVersion),
      ("libpq", environment.libpqVersion), ("placement", environment.placement),
      ("build", environment.buildMode.rawValue), ("toolchain", environment.toolchain),
      ("commit", environment.commit), ("seed", environment.seed.description),
      ("the kit's own cost", environment.kitCost.map(kitCost)),
    ]
    let settings = environment.serverSettings.sorted { $0.key < $1.key }
    let rows = facts.compactMap { name, fact in fact.map { [name, $0] } }
    let table = Table(
      columns: [.text("what"), .text("value")],
      rows: (rows + settings.map { ["server setting \($0.key)", $0.value] }).map { Table.Row($0) })
    return [
      Block(.heading("Environment", level: 2), in: .full),
      Block(.folded("What it was measured on", [Block(.table(table))]), in: .full),
    ]
  }

  private static func kitCost(_ cost: ReportEnvironment.KitCost) -> String {
    "a reading of the clock \(Format.metric(cost.clock, .nanoseconds)); an operation that does nothing: "
      + "sync \(Format.metric(cost.syncOperation, .nanoseconds)), async "
      + "\(Format.metric(cost.asyncOperation, .nanoseconds)), "
      + (cost.allocations.map { "\(Format.metric($0, .count)) allocations" } ?? "allocations not available")
      + "; it is in every latency, and subtracted nowhere"
  }
}
