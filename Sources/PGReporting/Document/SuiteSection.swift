import PGMeasuring
import PGStatistics

/// What a run's report says of a suite.
enum SuiteSection {
  /// The suite's table, which the brief form has alone, its charts, and what tells more of its variants.
  static func blocks(
    _ name: String, in report: BenchmarkReport, _ shown: ShownDifferences
  ) -> [ReportDocument.Block] {
    let cases = report.cases(of: name)
    let narrow = SuiteTable.table(of: cases, shown, groupsTests: true)
    let details =
      [ReportDocument.Content.folded("Latency of single runs of the body", [.init(.table(latencies(cases)))])]
      + MetricTables.contents(of: cases)
      + [
        .folded(
          "How it was measured",
          ([.table(sampling(cases))] + MetricTables.disturbances(cases) + MetricTables.machine(cases)).map {
            .init($0)
          })
      ]
    return [
      .init(.heading(name, level: 2)),
      .init(
        .table(
          SuiteTable.table(of: cases, shown), narrow: narrow.rows.contains { $0.group != nil } ? narrow : nil)
      ),
    ]
      + (operations(of: cases) + rates(of: cases)).map { .init(.paragraph($0)) }
      + (SuiteCharts.charts(of: name, in: report, shown).map { .chart($0) } + details).map {
        .init($0, in: .full)
      }
  }

  /// For how many operations a run of the body counts, where it isn't one: a rate is of operations, a time or
  /// a figure of a run of the body.
  private static func operations(of cases: [CaseReport]) -> [String] {
    let names = CaseNames(cases.map(\.identity))
    let counts = cases.map(\.operationsCounted).uniqued
    guard counts != [1] else { return [] }
    func sentence(_ count: Int) -> String {
      "a run of the body counts as \(Format.amount(count, "operation"))"
    }
    let parts = counts.map { count in
      let titles = cases.filter { $0.operationsCounted == count }.map { names.title($0.identity) }.uniqued
      return counts.count == 1 ? sentence(count) : "\(sentence(count)) in \(Answer.list(titles))"
    }
    return [
      Answer.sentence([parts.joined(separator: ", "), "latencies, and what is used, are of a run"])
    ]
  }

  /// What a table's operations per second are where the highest rate was looked for.
  private static func rates(of cases: [CaseReport]) -> [String] {
    guard cases.contains(where: { $0.goal != nil }) else { return [] }
    return [
      "Where the highest rate was looked for, operations per second are the highest at which they could be due "
        + "with such latencies, and a time is that between two of them."
    ]
  }

  /// How often each case was measured, and in blocks of how many operations that are compared.
  private static func sampling(_ cases: [CaseReport]) -> ReportDocument.Table {
    let columns = ["sessions", "rounds", "operations in a block"]
    return VariantTable.table(of: cases, columns: columns, joinsEqual: true) { variant, report in
      let series = report.rounds.first { $0.variant == variant.variant }
      let lengths = [series?.operations.min(), series?.operations.max()].compactMap(\.self)
      let sessions = Set(series?.columns.runs.map(\.session) ?? [])
      return [
        Format.count(sessions.count), Format.count(series?.round.count ?? 0),
        lengths.uniqued.map { Format.count($0) }.joined(separator: " to "),
      ]
    }
  }

  private static func latencies(_ cases: [CaseReport]) -> ReportDocument.Table {
    let columns = ["samples"] + Percentile.allCases.map(\.label) + ["min", "mean", "max"]
    return VariantTable.table(of: cases, columns: columns) { variant, _ in
      let latency = variant.latency
      let percentiles = Percentile.allCases.map {
        Format.duration(latency[$0]) + (latency.supports($0) ? "" : " †")
      }
      let others = [latency.min, latency.mean, latency.max].map(Format.duration)
      return [Format.count(latency.count)] + percentiles + others
    }
  }
}

/// Lays a suite's cases out as a table: the study's, with an interval beside each ratio.
///
/// When all cases compare the same two variants, they stand side by side in a row. With other numbers of
/// variants each has a row of its own.
enum SuiteTable {
  /// Makes the table.
  ///
  /// - Parameter groupsTests: Whether tests are titles of groups of rows, for lines that have no room for a
  ///   column of their names.
  static func table(
    of cases: [CaseReport], _ shown: ShownDifferences, groupsTests: Bool = false
  ) -> ReportDocument.Table {
    let names = CaseNames(cases.map(\.identity))
    let hasTests = Set(cases.map { names.title($0.identity) }).count > 1
    let showsTest = hasTests && !groupsTests
    let showsClients = cases.contains { $0.clients != 1 }
    let showsRates = cases.contains { $0.rate != nil || $0.goal != nil }
    let columns =
      (showsTest ? [ReportDocument.Table.Column.name("test")] : []) + [.number("count")]
      + (showsClients ? [.number("clients")] : []) + (showsRates ? [.number("rate")] : [])
    let leading = Leading(columns: columns) { report in
      (showsTest ? [names.title(report.identity)] : []) + [Format.count(report.operations)]
        + (showsClients ? [Format.count(report.clients)] : [])
        + (showsRates ? [rate(of: report)] : [])
    } group: {
      hasTests && groupsTests ? names.title($0.identity) : nil
    }
    if let pair = commonPair(of: cases) { return sideBySide(pair, cases, leading, shown) }
    return oneRowEach(cases, leading, shown)
  }

  /// At which rate operations began, where at one.
  private static func rate(of report: CaseReport) -> String {
    if let goal = report.goal { return "highest, \(goal)" }
    return report.rate.map { "\(Format.rate($0.perSecond)) / s" } ?? ""
  }

  /// What tells a case in its rows.
  private struct Leading {
    let columns: [ReportDocument.Table.Column]
    let cells: (CaseReport) -> [String]
    let group: (CaseReport) -> String?
  }

  private static func commonPair(of cases: [CaseReport]) -> VariantPair? {
    let variants = Set(cases.map { $0.variants.map(\.variant) })
    guard variants.count == 1, let names = variants.first, names.count == 2 else { return nil }
    return VariantPair.againstFirst(of: names).first { pair in
      cases.allSatisfy { pairs(of: $0).contains(pair) }
    }
  }

  /// What was compared, or was to be.
  private static func pairs(of report: CaseReport) -> [VariantPair] {
    report.comparisons.map(\.pair)
      + report.missingComparisons.map { VariantPair($0.variant, against: $0.reference) }
  }

  /// What a variant is compared with: the first one, unless the report compares otherwise, as that of two
  /// commits does.
  private static func pair(of variant: Variant, in report: CaseReport) -> VariantPair? {
    guard let first = report.variants.first?.variant, variant != first else { return nil }
    let pairs = pairs(of: report).filter { $0.variant == variant }
    return pairs.first { $0.reference == first } ?? pairs.first
  }

  private static func sideBySide(
    _ pair: VariantPair, _ cases: [CaseReport], _ leading: Leading, _ shown: ShownDifferences
  ) -> ReportDocument.Table {
    var table = ReportDocument.Table(
      columns: leading.columns + [
        .number("\(pair.variant) ops/s"), .number("\(pair.reference) ops/s"),
        .number("time ÷ \(pair.reference)'s"), .number(intervalHeading(cases)), .text("faster"),
      ], isSortable: true)
    for report in cases {
      table.rows.append(
        .init(
          leading.cells(report) + [rate(report, pair.variant), rate(report, pair.reference)]
            + comparisonCells(report, pair, shown), group: leading.group(report),
          anchor: report.identity.description))
    }
    return table
  }

  private static func oneRowEach(
    _ cases: [CaseReport], _ leading: Leading, _ shown: ShownDifferences
  ) -> ReportDocument.Table {
    var table = ReportDocument.Table(
      columns: leading.columns + [
        .text("variant"), .number("ops/s"), .number("time ÷ reference's"), .number(intervalHeading(cases)),
        .text("faster"),
      ], isSortable: true)
    for report in cases {
      for name in report.variants.map(\.variant) {
        let chosen = pair(of: name, in: report)
        let comparison = chosen.map { comparisonCells(report, $0, shown) }
        // Such as those that a gate asked for.
        let others = report.comparisons.map(\.pair).filter { $0.variant == name && $0 != chosen }
        let isReference = pairs(of: report).contains { $0.reference == name }
        table.rows.append(
          .init(
            leading.cells(report) + [name.name, rate(report, name)]
              + (comparison ?? ["", "", isReference ? "reference" : ""]),
            group: leading.group(report),
            anchor: name == report.variants.first?.variant ? report.identity.description : nil))
        table.rows += others.map { pair in
          .init(
            leading.cells(report) + ["\(pair.variant) ÷ \(pair.reference)", ""]
              + comparisonCells(report, pair, shown), group: leading.group(report))
        }
      }
    }
    return table
  }

  private static func intervalHeading(_ cases: [CaseReport]) -> String {
    let confidences = Set(cases.flatMap(\.comparisons).map(\.estimate.confidence))
    guard confidences.count == 1, let confidence = confidences.first else { return "interval" }
    return "\(Format.confidence(confidence)) interval"
  }

  private static func rate(_ report: CaseReport, _ variant: Variant) -> String {
    report[variant].map { Format.rate($0.operationsPerSecond) } ?? "–"
  }

  private static func comparisonCells(
    _ report: CaseReport, _ pair: VariantPair, _ shown: ShownDifferences
  ) -> [String] {
    guard let comparison = report.comparisons.first(where: { $0.pair == pair }) else {
      return ["–", "–", "too few rounds"]
    }
    let faster =
      switch shown.finding(of: comparison, in: report) {
      case .faster: pair.variant.name
      case .slower: pair.reference.name
      case .noDifferenceShown: shown.areOfOptimised ? "no difference shown" : "not optimised"
      }
    let estimate = comparison.estimate
    return [Format.ratio(estimate), Format.ratioInterval(estimate), faster]
  }
}

/// Figures of each variant of each case of a suite.
enum VariantTable {
  /// A row for each variant: the test where there are several, the count, the variant, and a number in each
  /// column.
  ///
  /// - Parameter joinsEqual: Whether variants of a case share a row where all its numbers are the same.
  static func table(
    of cases: [CaseReport], columns: [String], joinsEqual: Bool = false,
    _ cells: (VariantSummary, CaseReport) -> [String]
  ) -> ReportDocument.Table {
    let names = CaseNames(cases.map(\.identity))
    let showsTest = Set(cases.map { names.title($0.identity) }).count > 1
    var table = ReportDocument.Table(
      columns: (showsTest ? [.text("test")] : []) + [.number("count"), .text("variant")]
        + columns.map { .number($0) }, leading: showsTest ? 2 : 1)
    for report in cases {
      let leading = (showsTest ? [names.title(report.identity)] : []) + [Format.count(report.operations)]
      let rows = report.variants.map { ($0.variant.name, cells($0, report)) }
      if joinsEqual, let first = rows.first, rows.allSatisfy({ $0.1 == first.1 }) {
        table.rows.append(.init(leading + [rows.map(\.0).joined(separator: ", ")] + first.1))
      } else {
        table.rows += rows.map { .init(leading + [$0.0] + $0.1) }
      }
    }
    return table
  }
}

/// The tables of what an operation uses besides time, and of where its time goes.
enum MetricTables {
  /// The parts of a suite's section; none where no metric was taken.
  static func contents(of cases: [CaseReport]) -> [ReportDocument.Content] {
    let metrics = metrics(in: cases)
    guard !metrics.isEmpty else { return [] }
    let usage = [.table(usage(cases, metrics))] + missing(cases)
    return [.folded("What a run of the body uses", usage.map { .init($0) })] + accounts(cases)
  }

  /// The metrics that any variant has a figure of.
  private static func metrics(in cases: [CaseReport]) -> [Metric] {
    var metrics: Set<Metric> = []
    for summary in cases.flatMap(\.variants).flatMap(\.metrics) where summary.value != nil {
      metrics.insert(summary.metric)
    }
    return metrics.sorted(by: Metric.comesFirst)
  }

  private static func usage(_ cases: [CaseReport], _ metrics: [Metric]) -> ReportDocument.Table {
    VariantTable.table(of: cases, columns: metrics.map(\.name)) { variant, _ in
      metrics.map { metric in variant[metric].map { Format.metric($0, metric.unit) } ?? "not available" }
    }
  }

  private static func accounts(_ cases: [CaseReport]) -> [ReportDocument.Content] {
    guard cases.contains(where: { $0.variants.contains { $0.account != nil } }) else { return [] }
    let columns = ["client", "server", "waiting for a CPU", "transport"]
    let table = VariantTable.table(of: cases, columns: columns) { variant, _ in
      guard let account = variant.account else { return columns.map { _ in "not available" } }
      return [account.client, account.server, account.waitingForCPU, account.transport].map(Format.share)
    }
    return [.folded("Where its time goes, in shares of the wall time", [.init(.table(table))])]
  }

  /// Each metric that can't be had, once, with the reason.
  private static func missing(_ cases: [CaseReport]) -> [ReportDocument.Content] {
    var lines: [String] = []
    for summary in cases.flatMap(\.variants).flatMap(\.metrics) {
      guard case .notAvailable(let reason) = summary.outcome else { continue }
      let line = "\(summary.metric): not available, \(reason)."
      if !lines.contains(line) { lines.append(line) }
    }
    return lines.isEmpty ? [] : [.list(lines)]
  }

  /// What the machine did besides.
  static func machine(_ cases: [CaseReport]) -> [ReportDocument.Content] {
    let loads = cases.compactMap(\.machine)
    guard let busy = loads.map(\.busy).max(), let stolen = loads.map(\.stolen).max() else { return [] }
    return [
      .paragraph(
        "Of the machine's CPU time, at most \(Format.share(busy)) was used during a case, by whomever, and "
          + "\(Format.share(stolen)) stolen by the hypervisor.")
    ]
  }

  /// What was taken again, and why.
  static func disturbances(_ cases: [CaseReport]) -> [ReportDocument.Content] {
    var retaken: [String: Int] = [:]
    var kept = 0
    for disturbances in cases.compactMap(\.disturbances) {
      // A file may hold any numbers.
      retaken.merge(disturbances.retakenRounds) { $0.addingReportingOverflow($1).partialValue }
      kept = kept.addingReportingOverflow(disturbances.keptRounds).partialValue
    }
    guard !retaken.isEmpty || kept > 0 else { return [] }
    let reasons = retaken.sorted { $0.key < $1.key }.map {
      "\($0.key) (\(Format.amount($0.value, "round")))"
    }
    return [
      .paragraph(
        "Disturbed and taken again: \(reasons.isEmpty ? "none" : reasons.joined(separator: ", "))."
          + (kept > 0
            ? " Disturbed and kept, as too many had been taken again: \(Format.amount(kept, "round"))."
            : ""))
    ]
  }
}
