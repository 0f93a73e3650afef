import PGMeasuring
import PGStatistics
import PGVerdicts

/// Writes the tables that a terminal shows at the end of a run.
package struct TableWriter: Sendable {
  private let width: Int

  /// Makes a writer.
  ///
  /// - Parameter width: How many columns a line should have at most.
  package init(width: Int = 110) { self.width = width }

  /// What makes the report less than whole, the tests that failed, a table for each suite, the changes
  /// against the baseline, the gates that were not kept, and what the run could have seen.
  ///
  /// Names of tests are cut short, though not to less than 12 columns, where a table would be wider than a
  /// line should be.
  package func text(_ report: BenchmarkReport) -> String {
    let incomplete = report.incomplete.map { ["incomplete: \(Printable.line($0))"] } ?? []
    let warnings = report.warnings.map { "warning: \(Printable.line($0))" }
    let suites = report.suites.map {
      "\(Printable.line($0))\n\(table(of: report.cases(of: $0)).plain)"
    }
    let names = CaseNames(report.cases.map(\.identity))
    let gates = report.cases.flatMap { report in
      report.gates.filter { !$0.verdict.isKept }.map {
        "\(Printable.line(names.full(report.identity)))\n  \(Printable.line("\($0)"))"
      }
    }
    let changes =
      GateTables.changes(report).map { ["Against the baseline. \(GateTables.changesNote)\n\($0.plain)"] }
      ?? []
    let summary = GateTables.summary(report).map(Printable.line)
    let parts = incomplete + failures(report) + warnings + suites + changes + gates
    return (parts + (summary.isEmpty ? [] : [summary.joined(separator: "\n")])).joined(separator: "\n\n")
      + "\n"
  }

  private func failures(_ report: BenchmarkReport) -> [String] {
    guard let failures = report.failures, !failures.isEmpty else { return [] }
    let lines = failures.map { failure in
      let error = Printable.lines(failure.error).split(separator: "\n").joined(separator: "\n    ")
      return "  \(Printable.line(failure.place))\n    \(error)"
    }
    return [
      (["Failed, so that their figures are missing or not to be trusted"] + lines).joined(separator: "\n")
    ]
  }

  private func table(of cases: [CaseReport]) -> TextTable {
    let table = SuiteTable.table(of: cases)
    let excess = table.width - width
    let widths = cases.map { DisplayWidth.of(Printable.line($0.identity.title)) }
    guard excess > 0, let longest = widths.max() else { return table }
    return SuiteTable.table(of: cases, longestTest: max(12, longest - excess))
  }
}

/// Lays a suite's cases out as a table: the study's, with an interval beside each difference.
///
/// When all cases compare the same two variants, they stand side by side in a row. With other numbers of
/// variants each has a row of its own.
enum SuiteTable {
  /// Makes the table; names of tests longer than the limit are cut short.
  static func table(of cases: [CaseReport], longestTest: Int = .max) -> TextTable {
    let names = CaseNames(cases.map(\.identity))
    let showsTest = Set(cases.map { names.title($0.identity) }).count > 1
    let showsClients = cases.contains { $0.clients != 1 }
    func leadingCells(_ report: CaseReport) -> [String] {
      (showsTest ? [shortened(names.title(report.identity), to: longestTest)] : []) + [
        Format.count(report.operations)
      ]
        + (showsClients ? [Format.count(report.clients)] : [])
    }
    let leading =
      (showsTest ? [TextTable.Column.text("test")] : []) + [.number("count")]
      + (showsClients ? [.number("clients")] : [])

    if let pair = commonPair(of: cases) {
      return sideBySide(pair, cases, leading, leadingCells)
    }
    return oneRowEach(cases, leading, leadingCells)
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
    _ pair: VariantPair, _ cases: [CaseReport], _ leading: [TextTable.Column],
    _ leadingCells: (CaseReport) -> [String]
  ) -> TextTable {
    var table = TextTable(
      columns: leading + [
        .number("\(pair.variant) ops/s"), .number("\(pair.reference) ops/s"), .number("difference"),
        .number(intervalHeading(cases)), .text("faster"),
      ])
    for report in cases {
      table.rows.append(
        leadingCells(report) + [rate(report, pair.variant), rate(report, pair.reference)]
          + comparisonCells(report, pair))
    }
    return table
  }

  private static func oneRowEach(
    _ cases: [CaseReport], _ leading: [TextTable.Column], _ leadingCells: (CaseReport) -> [String]
  ) -> TextTable {
    var table = TextTable(
      columns: leading + [
        .text("variant"), .number("ops/s"), .number("difference"), .number(intervalHeading(cases)),
        .text("faster"),
      ])
    for report in cases {
      for name in report.variants.map(\.variant) {
        let comparison = pair(of: name, in: report).map { comparisonCells(report, $0) }
        let isReference = pairs(of: report).contains { $0.reference == name }
        table.rows.append(
          leadingCells(report) + [name.name, rate(report, name)]
            + (comparison ?? ["", "", isReference ? "reference" : ""]))
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

  private static func comparisonCells(_ report: CaseReport, _ pair: VariantPair) -> [String] {
    guard let estimate = report.comparisons.first(where: { $0.pair == pair })?.estimate else {
      return ["–", "–", "too few rounds"]
    }
    let faster =
      switch estimate.finding {
      case .faster: pair.variant.name
      case .slower: pair.reference.name
      case .noDifferenceShown: "no difference shown"
      }
    return [Format.difference(estimate), Format.differenceInterval(estimate), faster]
  }

  private static func shortened(_ text: String, to limit: Int) -> String {
    let text = Printable.line(text)
    return DisplayWidth.of(text) <= limit ? text : DisplayWidth.prefix(of: text, columns: limit - 1) + "…"
  }
}

/// Figures of each variant of each case of a suite.
enum VariantTable {
  /// A row for each variant: the test where there are several, the count, the variant, and a number in each
  /// column.
  static func table(
    of cases: [CaseReport], columns: [String], _ cells: (VariantSummary) -> [String]
  ) -> TextTable {
    let names = CaseNames(cases.map(\.identity))
    let showsTest = Set(cases.map { names.title($0.identity) }).count > 1
    var table = TextTable(
      columns: (showsTest ? [.text("test")] : []) + [.number("count"), .text("variant")]
        + columns.map { .number($0) })
    for report in cases {
      for variant in report.variants {
        table.rows.append(
          (showsTest ? [names.title(report.identity)] : []) + [
            Format.count(report.operations), variant.variant.name,
          ]
            + cells(variant))
      }
    }
    return table
  }
}
