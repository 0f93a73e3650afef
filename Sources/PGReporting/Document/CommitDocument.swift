import PGMeasuring
import PGVerdicts

extension ReportDocument {
  /// What a comparison of commits says: a row for each driver of each case, and what to look at.
  ///
  /// The full form has the report of what was measured below it.
  ///
  /// - Parameter title: What is compared, such as `feature/search (1d0ea6aae4) against main (…)`.
  /// - Parameter warnings: What a reader should know first, a sentence each.
  /// - Parameter remarks: What is said of each outcome that the user should look at.
  /// - Parameter report: The report of what was measured, whose other warnings are shown as well.
  package init(
    _ comparison: CommitComparison, title: String, warnings: [String], remarks: [Remark],
    report: BenchmarkReport
  ) {
    var blocks = [Block(.heading(title, level: 1))]
    blocks += warnings.map { Block(.note(.warning, $0)) }
    blocks.append(Block(.paragraph(comparison.summary), in: .full))
    blocks.append(Block(CommitTable.content(comparison.rows)))
    blocks += report.warnings.filter { !warnings.contains($0) }.map { Block(.paragraph($0), in: .brief) }
    if !remarks.isEmpty { blocks.append(Block(.remarks(Remarks(remarks)))) }
    // Where the last lines are what a person sees first, it stands last.
    blocks.append(Block(.paragraph(comparison.summary), in: .brief))
    blocks += ReportDocument(report).blocks.filter { $0.form != .brief }.map { Block($0.content, in: .full) }
    self.init(blocks)
  }
}

/// What a comparison of commits came to, as a table: a row for each driver of each case.
enum CommitTable {
  typealias Table = ReportDocument.Table

  /// The table, and its narrow form, in which cases are titles of groups, and allocations are told only where
  /// they changed.
  static func content(_ rows: [CommitComparison.Row]) -> ReportDocument.Content {
    let names = CaseNames(rows.map(\.identity))
    return .table(wide(rows, names), narrow: narrow(rows, names))
  }

  private static func wide(_ rows: [CommitComparison.Row], _ names: CaseNames) -> Table {
    Table(
      columns: [
        .text("case"), .text("variant"), .number("base"), .number("head"), .number("head ÷ base"),
        .number("95 % interval"), .number("allocations"), .text("verdict"),
      ],
      rows: rows.map { row in
        let texts =
          [names.full(row.identity), row.variant.name] + times(row.time) + [allocations(row.allocations)]
        return Table.Row(texts.map { Table.Cell($0) } + [Table.Cell(verdict(of: row), row.tone)])
      })
  }

  private static func narrow(_ rows: [CommitComparison.Row], _ names: CaseNames) -> Table {
    Table(
      columns: [
        .text("variant"), .number("base"), .number("head"), .number("head ÷ base"), .number("95 % interval"),
        .text("time"),
      ],
      rows: rows.map { row in
        let texts = [row.variant.name] + times(row.time)
        return Table.Row(
          texts.map { Table.Cell($0) } + [Table.Cell(row.note ?? word(row.time), row.tone)],
          group: names.full(row.identity), remarks: changedAllocations(row.allocations))
      })
  }

  private static func times(_ outcome: GateOutcome?) -> [String] {
    guard let figures = outcome?.figures else { return ["", "", "", ""] }
    let width = figures.high - figures.low
    return [
      Format.metric(figures.referenceFigure, figures.unit),
      Format.metric(figures.variantFigure, figures.unit),
      Format.decimals(figures.estimate, like: width),
      "\(Format.decimals(figures.low, like: width)) to \(Format.decimals(figures.high, like: width))",
    ]
  }

  private static func allocations(_ outcome: GateOutcome?) -> String {
    guard let figures = outcome?.figures else { return "" }
    let (before, after) = (
      Format.metric(figures.referenceFigure, figures.unit), Format.metric(figures.variantFigure, figures.unit)
    )
    return before == after ? after : "\(before) → \(after)"
  }

  private static func changedAllocations(_ outcome: GateOutcome?) -> [String] {
    guard let outcome, outcome.verdict != .withinTolerance else { return [] }
    return ["allocations \(allocations(outcome)): \(outcome.verdict.words)"]
  }

  private static func verdict(of row: CommitComparison.Row) -> String {
    if let note = row.note { return note }
    let verdicts = [("time", row.time), ("allocations", row.allocations)].compactMap { name, outcome in
      outcome.map { (name: name, verdict: $0.verdict) }
    }
    let remarkable = verdicts.filter { $0.verdict != .withinTolerance }
    guard !remarkable.isEmpty else { return "within tolerance" }
    return remarkable.map { "\($0.name) \($0.verdict.words)" }.joined(separator: ", ")
  }

  private static func word(_ outcome: GateOutcome?) -> String {
    guard let outcome else { return "" }
    return outcome.verdict == .withinTolerance ? "within" : outcome.verdict.words
  }
}

extension CommitComparison.Row {
  /// What it is to its reader: what counts most of its verdicts.
  fileprivate var tone: ReportDocument.Tone {
    [time, allocations].compactMap(\.?.verdict).map { ReportDocument.Tone($0) }.max() ?? .none
  }
}
