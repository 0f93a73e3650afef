/// Writes the tables that a terminal shows at the end of a run.
public struct TableWriter: Sendable {
  /// Makes a writer.
  public init() {}

  /// The warnings, then a table for each suite, the changes against the baseline, the gates that were not kept, and what the
  /// run could have seen.
  ///
  /// Names of tests are cut short, though not to less than 12 characters, where a table would be wider than
  /// 110 columns.
  public func text(_ report: BenchmarkReport) -> String {
    let warnings = report.warnings.map { "warning: \($0)" }
    let suites = report.suites.map { "\($0)\n\(table(of: report.cases(of: $0)).plain)" }
    let names = CaseNames(report.cases.map(\.identity))
    let gates = report.cases.flatMap { report in
      report.gates.filter { !$0.verdict.isKept }.map { "\(names.full(report.identity))\n  \($0)" }
    }
    let changes = GateTables.changes(report).map { ["Against the baseline\n\($0.plain)"] } ?? []
    let summary = GateTables.summary(report)
    return (warnings + suites + changes + gates + (summary.isEmpty ? [] : [summary.joined(separator: "\n")]))
      .joined(separator: "\n\n") + "\n"
  }

  private func table(of cases: [CaseReport]) -> TextTable {
    let table = SuiteTable.table(of: cases)
    let excess = table.width - 110
    guard excess > 0, let longest = cases.map(\.identity.title.count).max() else { return table }
    return SuiteTable.table(of: cases, longestTest: max(12, longest - excess))
  }
}
