import PGMeasuring
import PGStatistics
import PGVerdicts

/// The charts of a report.
package enum SuiteCharts {
  /// A suite's charts, in the order in which they are read: how much is done in a second, the ratios, how
  /// slow the slow ones are, where the time goes, and the rounds.
  ///
  /// Tests of several counts have lines, those of one count bars. Latencies, accounts and rounds are of the
  /// largest count of each test, and of cases that regressed, so that a report of a hundred cases stays
  /// small; rounds only where the report has them. What a chart leaves out, its summary says.
  ///
  /// - Parameter shown: Those of the report, where they are known already.
  package static func charts(
    of suite: String, in report: BenchmarkReport, _ shown: ShownDifferences? = nil
  ) -> [Chart] {
    let cases = report.cases(of: suite)
    guard !cases.isEmpty else { return [] }
    var charts = SuiteChartsBuilder(
      cases, stem: stem(of: suite, in: report), shown: shown ?? ShownDifferences(in: report))
    charts.addRates()
    charts.addRatios()
    charts.addLatencies()
    charts.addAccounts()
    charts.addRounds()
    return charts.charts
  }

  /// What the names of a suite's charts begin with: its name, with a number where others read alike.
  private static func stem(of suite: String, in report: BenchmarkReport) -> String {
    var taken: Set<String> = []
    for other in report.suites {
      let slug = String(Chart.slug(other).prefix(40))
      var stem = slug
      var number = 2
      while taken.contains(stem) {
        stem = "\(slug)-\(number)"
        number += 1
      }
      if other == suite { return stem }
      taken.insert(stem)
    }
    return Chart.slug(suite)
  }
}

/// Makes the charts of a suite, one kind after the other.
struct SuiteChartsBuilder {
  private(set) var charts: [Chart] = []

  private let cases: [CaseReport]
  private let stem: String
  private let names: CaseNames
  private let looks: VariantLooks
  private let rates: [CaseIdentity: [Variant: CaseReport.Rate]]
  private let shown: ShownDifferences
  private let hasSeveralTitles: Bool
  private let hasSeveralCounts: Bool

  /// Of how many cases latencies, accounts or rounds are drawn at most.
  static let greatestCases = 16

  init(_ cases: [CaseReport], stem: String, shown: ShownDifferences) {
    self.cases = cases
    self.shown = shown
    tests = cases.tests.map(\.cases)
    self.stem = stem
    names = CaseNames(cases.map(\.identity))
    looks = VariantLooks(cases.flatMap(\.variants).map(\.variant))
    let names = names
    hasSeveralTitles = Set(cases.map { names.title($0.identity) }).count > 1
    hasSeveralCounts = Set(cases.map(\.operations)).count > 1
    rates = Dictionary(cases.map { ($0.identity, $0.rates) }, uniquingKeysWith: { first, _ in first })
  }

  /// The cases of each test, by what they share but for their counts.
  private let tests: [[CaseReport]]

  /// The name of a chart of a kind, the first without a number.
  private func name(_ kind: String, _ number: Int = 1) -> String {
    number == 1 ? "\(stem)-\(kind)" : "\(stem)-\(kind)-\(number)"
  }

  /// Lines for tests of several counts, bars for all others in one chart.
  mutating func addRates() {
    var number = 0
    for test in tests where test.count > 1 {
      number += 1
      addLines(test, name: name("rate", number))
    }
    addBars(tests.filter { $0.count == 1 }.flatMap(\.self))
  }

  private mutating func addLines(_ test: [CaseReport], name: String) {
    guard let last = test.last else { return }
    let variants = test.flatMap(\.variants).map(\.variant).uniqued
    let series = variants.map { variant in
      LineChart.Series(
        variant.name, looks[variant],
        test.compactMap { one in
          guard let rate = rates[one.identity]?[variant] else { return nil }
          return LineChart.Point(Double(one.operations), rate.value, low: rate.low, high: rate.high)
        })
    }
    let chart = LineChart(
      series, x: .logarithmic("count, logarithmic", .number("")),
      y: .linear("operations per second", .number("ops/s")))
    let title = "\(names.title(last.identity)): operations per second"
    charts.append(
      chart.chart(
        name: name, title: title, summary: "\(counts(test)) \(figures(of: last))", guide: LineChart.guide))
  }

  private func counts(_ test: [CaseReport]) -> String {
    let counts = test.map(\.operations)
    let ends = [counts.min(), counts.max()].compactMap(\.self).map(Format.count)
    return "Operations per second over counts from \(ends.joined(separator: " to "))."
  }

  private func figures(of report: CaseReport) -> String {
    let texts = report.variants.map { variant in
      let rate = rates[report.identity]?[variant.variant]
      let figure = ChartUnit.number("").figure(
        variant.operationsPerSecond, low: rate?.low, high: rate?.high)
      return "\(variant.variant.name) \(figure)"
    }
    return "At \(Format.count(report.operations)): \(texts.joined(separator: ", "))."
  }

  private mutating func addBars(_ single: [CaseReport]) {
    guard !single.isEmpty else { return }
    let groups = single.map { one in
      BarChart.Group(
        title(of: one),
        one.variants.map { variant in
          let rate = rates[one.identity]?[variant.variant]
          return BarChart.Bar(
            variant.variant.name, looks[variant.variant], variant.operationsPerSecond, low: rate?.low,
            high: rate?.high)
        })
    }
    let chart = BarChart(groups, axis: .linear("operations per second", .number("ops/s"), fromZero: true))
    let summary =
      "Operations per second of \(Format.amount(single.count, "case"))."
      + single.prefix(3).map { " \(names.title($0.identity)). \(figures(of: $0))" }.joined()
      + (single.count > 3 ? " The table has the others." : "")
    charts.append(chart.chart(name: name("bars"), title: "Operations per second", summary: summary))
  }

  /// What a case is called in a chart of several: with its count, where that isn't the same in all.
  private func title(of report: CaseReport) -> String {
    let title = names.title(report.identity)
    guard hasSeveralCounts else { return title }
    let count = Format.count(report.operations)
    return hasSeveralTitles ? "\(count) × \(title)" : "count \(count)"
  }

  /// What a case is called above a chart of its own.
  private func wholeTitle(of report: CaseReport) -> String {
    "\(names.title(report.identity)), count \(Format.count(report.operations))"
  }

  /// All ratios in one chart for each reference.
  mutating func addRatios() {
    let pairs = cases.flatMap { one in one.comparisons.map { (one, $0) } }
    // Of two commits, each variant is held against itself at the base, in one chart.
    func reference(_ pair: VariantPair) -> Variant? { looks.isOfSides(pair) ? nil : pair.reference }
    for (index, reference) in pairs.map({ reference($0.1.pair) }).uniqued.enumerated() {
      let ours = pairs.filter { one in
        looks.isOfSides(one.1.pair) ? reference == nil : one.1.pair.reference == reference
      }
      let isSame = Set(ours.map(\.1.pair)).count == 1
      let rows = ours.map { one, comparison in
        let variant =
          reference == nil ? looks.shortName(comparison.pair.variant) : comparison.pair.variant.name
        return ForestChart.Row(
          isSame ? title(of: one) : "\(variant), \(title(of: one))", looks.side(comparison.pair.variant),
          comparison.estimate.ratio, low: comparison.estimate.low, high: comparison.estimate.high,
          bound: one.bound(of: comparison.pair), isShown: shown.contains(comparison.pair, in: one))
      }
      let axis = reference.map { "time ÷ \($0.name)'s" } ?? "time, head ÷ base"
      let subject = isSame ? ours.first.map { "\($0.1.pair.variant.name), " } ?? "" : ""
      charts.append(
        ForestChart(rows, axis: axis).chart(
          name: name("ratios", index + 1), title: "\(subject)\(axis)", summary: summary(of: rows, axis)))
    }
  }

  private func summary(of rows: [ForestChart.Row], _ axis: String) -> String {
    let less = rows.count { $0.isShown && $0.high < 1 }
    let more = rows.count { $0.isShown && $0.low > 1 }
    let parts = [
      (less, "is shown to take less time"), (more, "is shown to take more time"),
      (rows.count - less - more, "shows no difference"),
    ].filter { $0.0 > 0 }.map { "in \(Format.count($0.0)) it \($0.1)" }
    return "\(axis), \(Format.amount(rows.count, "row")): \(parts.joined(separator: ", "))."
  }

  /// The case of the largest count of each test, and those whose gates weren't kept: the latter first.
  private var selected: (cases: [CaseReport], note: String) {
    let failing = cases.filter { one in one.gates.contains { $0.verdict == .regressed } }
    // By their names, as to tell two cases apart by all that they hold takes long.
    var seen: Set<CaseIdentity> = []
    let all = (failing + tests.compactMap(\.last)).filter { seen.insert($0.identity).inserted }
    let selected = Array(all.prefix(Self.greatestCases))
    guard selected.count < cases.count else { return (selected, "") }
    return (
      selected,
      " Drawn for \(Format.count(selected.count)) of \(Format.amount(cases.count, "case")): those that "
        + "regressed, and the largest count of each test, \(Self.greatestCases) at most."
    )
  }

  /// Latencies, a chart for each case.
  mutating func addLatencies() {
    var number = 0
    let (selected, note) = selected
    for one in selected where one.variants.contains(where: { !$0.latency.supported.isEmpty }) {
      number += 1
      let series = one.variants.map {
        LatencyChart.Series($0.variant.name, looks[$0.variant], $0.latency)
      }
      let texts = one.variants.compactMap { variant -> String? in
        guard let highest = variant.latency.supported.last else { return nil }
        let figures = [Percentile.p50, highest].uniqued.map {
          "\($0.label) \(Format.duration(variant.latency[$0]))"
        }
        return "\(variant.variant.name) \(figures.joined(separator: ", "))"
      }
      charts.append(
        LatencyChart(series).chart(
          name: name("latency", number), title: "\(wholeTitle(of: one)): latency",
          summary: "Latency by percentile: \(texts.joined(separator: "; ")).\(note)"))
    }
  }

  /// Where the time goes, in one chart.
  mutating func addAccounts() {
    let (selected, note) = selected
    let rows = selected.flatMap { one in
      one.variants.compactMap { variant -> AccountChart.Row? in
        guard let account = variant.account else { return nil }
        let wall = Double(one.operationsCounted) * 1e9 / variant.operationsPerSecond
        guard wall.isFinite, wall > 0 else { return nil }
        let title = selected.count > 1 ? "\(variant.variant.name), \(title(of: one))" : variant.variant.name
        return AccountChart.Row(title, wallTime: wall, account)
      }
    }
    guard !rows.isEmpty else { return }
    let texts = rows.prefix(4).map { row in
      "\(row.title): client \(Format.share(row.account.client)), server \(Format.share(row.account.server)), "
        + "waiting \(Format.share(row.account.waitingForCPU)), transport "
        + Format.share(row.account.transport)
    }
    charts.append(
      AccountChart(rows).chart(
        name: name("time"), title: "Where the time of a run of the body goes",
        summary: "Shares of the wall time. \(texts.joined(separator: "; ")).\(note)"))
  }

  /// Rounds in the order in which they ran, a chart for each case, where the report has them.
  mutating func addRounds() {
    var number = 0
    let (selected, note) = selected
    for one in selected where one.rounds.contains(where: { !$0.elapsed.isEmpty }) {
      number += 1
      let series = one.rounds.map { rounds in
        RoundsChart.Series(
          rounds.variant.name, looks[rounds.variant], blocks: rounds.columns,
          retaken: one.retaken(of: rounds.variant))
      }
      let rounds = one.rounds.map(\.elapsed.count).max() ?? 0
      let sessions = Set(one.rounds.flatMap { $0.columns.runs }.map(\.session)).count
      charts.append(
        RoundsChart(series).chart(
          name: name("rounds", number), title: "\(wholeTitle(of: one)): rounds in time order",
          summary: "The time of a run of the body in each of \(Format.amount(rounds, "round")) of "
            + "\(Format.amount(sessions, "session")), in the order in which they ran.\(note)"))
    }
  }
}
