import PGMeasuring
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
