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
        "Smallest difference that comparisons within rounds could have shown: \(Format.percent(middle)) in the middle, "
          + "\(Format.percent(worst)) at worst.")
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
          "In the baseline and not measured in this run: \(missing.map(\.description).joined(separator: "; "))."
        ])
  }

  /// What the figures of that table are worth, said where they stand.
  static let changesNote = """
    A stored time is of another hour, and times of two hours of one machine differ by tens of per cent with the same code: \
    what an interval tells apart here may be the hours.
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
