/// Writes the tables that a terminal shows at the end of a run.
public struct TableWriter: Sendable {
  /// Makes a writer.
  public init() {}

  /// The warnings, then a table for each suite, then the gates that were not kept; at most 110 columns with
  /// names of ordinary length.
  public func text(_ report: BenchmarkReport) -> String {
    let warnings = report.warnings.map { "warning: \($0)" }
    let suites = report.suites.map { suite in
      "\(suite)\n\(SuiteTable.table(of: report.cases(of: suite), longestTest: 24).plain)"
    }
    let gates = report.cases.flatMap { report in
      report.gates.filter { $0.verdict != .passed }.map { "\(report.identity)\n  \($0)" }
    }
    return (warnings + suites + gates).joined(separator: "\n\n") + "\n"
  }
}
