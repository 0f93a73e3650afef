import PGMeasuring
import PGStatistics
import PGVerdicts

/// What a run's gates and its baseline came to.
enum GateTables {
  /// How noisy the run was, what it could have seen, and how often its gates may err, a sentence each.
  static func summary(_ report: BenchmarkReport) -> [String] {
    let checks = report.cases.map(\.selfCheck)
    let floors = checks.flatMap(\.noiseFloors).map(\.value)
    let changes = checks.flatMap(\.sensitivities).map(\.smallestDetectableChange)
    var lines: [String] = []
    if let middle = Median.of(floors), let worst = floors.max() {
      lines.append(
        "Noise floor, a variant against itself between sessions: \(Format.percent(middle)) in the middle, "
          + "\(Format.percent(worst)) at worst.")
    }
    if let middle = Median.of(changes), let worst = changes.max() {
      lines.append(
        "Smallest difference that comparisons within rounds could have shown: \(Format.percent(middle)) in "
          + "the middle, \(Format.percent(worst)) at worst.")
    }
    if let alarms = report.falseAlarms {
      lines.append(
        "False alarms: at most \(Format.errorRate(alarms.rate)) of such runs have any, shared by "
          + "\(Format.amount(alarms.gates, "gate")).")
    }
    return lines + baseline(report)
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

  /// What the figures of that table are worth, said where they stand.
  static let changesNote = """
    A stored time is of another hour, and times of two hours of one machine differ by tens of per cent \
    with the same code: what an interval tells apart here may be the hours.
    """

  /// The changes of all cases against the baseline; nil where there is none.
  static func changes(_ report: BenchmarkReport) -> TextTable? {
    var table = TextTable(columns: [
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
        table.rows.append([names.full(report.identity), change.variant.name] + cells)
      }
    }
    return table.rows.isEmpty ? nil : table
  }
}

/// The tables of what an operation uses besides time, and of where its time goes.
enum MetricTables {
  /// The parts of a suite's section in Markdown; none where no metric was taken.
  static func sections(of cases: [CaseReport]) -> [String] {
    let metrics = metrics(in: cases)
    guard !metrics.isEmpty else { return [] }
    return ["What an operation uses:", usage(cases, metrics).markdown] + missing(cases) + accounts(cases)
      + disturbances(cases) + machine(cases)
  }

  /// The metrics that any variant has a figure of.
  private static func metrics(in cases: [CaseReport]) -> [Metric] {
    var metrics: Set<Metric> = []
    for summary in cases.flatMap(\.variants).flatMap(\.metrics) where summary.value != nil {
      metrics.insert(summary.metric)
    }
    return metrics.sorted(by: Metric.comesFirst)
  }

  private static func usage(_ cases: [CaseReport], _ metrics: [Metric]) -> TextTable {
    VariantTable.table(of: cases, columns: metrics.map(\.name)) { variant in
      metrics.map { metric in variant[metric].map { Format.metric($0, metric.unit) } ?? "not available" }
    }
  }

  private static func accounts(_ cases: [CaseReport]) -> [String] {
    guard cases.contains(where: { $0.variants.contains { $0.account != nil } }) else { return [] }
    let columns = ["client", "server", "waiting for a CPU", "transport"]
    let table = VariantTable.table(of: cases, columns: columns) { variant in
      guard let account = variant.account else { return columns.map { _ in "not available" } }
      return [account.client, account.server, account.waitingForCPU, account.transport].map(Format.share)
    }
    return ["Where its time goes, in shares of the wall time:", table.markdown]
  }

  /// Each metric that can't be had, once, with the reason.
  private static func missing(_ cases: [CaseReport]) -> [String] {
    var lines: [String] = []
    for summary in cases.flatMap(\.variants).flatMap(\.metrics) {
      guard case .notAvailable(let reason) = summary.outcome else { continue }
      let line = "- \(Markdown.escaped("\(summary.metric): not available, \(reason)."))"
      if !lines.contains(line) { lines.append(line) }
    }
    return lines.isEmpty ? [] : [lines.joined(separator: "\n")]
  }

  private static func machine(_ cases: [CaseReport]) -> [String] {
    let loads = cases.compactMap(\.machine)
    guard let busy = loads.map(\.busy).max(), let stolen = loads.map(\.stolen).max() else { return [] }
    return [
      "Of the machine's CPU time, at most \(Format.share(busy)) was used during a case, by whomever, and "
        + "\(Format.share(stolen)) stolen by the hypervisor."
    ]
  }

  private static func disturbances(_ cases: [CaseReport]) -> [String] {
    var retaken: [String: Int] = [:]
    var kept = 0
    for disturbances in cases.compactMap(\.disturbances) {
      // A file may hold any numbers.
      retaken.merge(disturbances.retakenRounds) { $0.addingReportingOverflow($1).partialValue }
      kept = kept.addingReportingOverflow(disturbances.keptRounds).partialValue
    }
    guard !retaken.isEmpty || kept > 0 else { return [] }
    let reasons = retaken.sorted { $0.key < $1.key }.map {
      "\(Markdown.escaped($0.key)) (\(Format.amount($0.value, "round")))"
    }
    return [
      "Disturbed and taken again: \(reasons.isEmpty ? "none" : reasons.joined(separator: ", "))."
        + (kept > 0
          ? " Disturbed and kept, as too many had been taken again: \(Format.amount(kept, "round"))." : "")
    ]
  }
}
