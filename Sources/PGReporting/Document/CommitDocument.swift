import PGMeasuring
import PGVerdicts

extension ReportDocument {
  /// What a comparison of commits says: a row for each driver of each case, and what to look at.
  ///
  /// It begins with the answer and what is not within tolerance. The full form has the figures of what was
  /// measured below it.
  ///
  /// - Parameter title: What is compared, such as `feature/search (1d0ea6aae4) against main (…)`.
  /// - Parameter warnings: What a reader should know first, a sentence each.
  /// - Parameter remarks: What is said of each outcome that the user should look at.
  /// - Parameter report: The report of what was measured, whose other warnings are shown as well.
  package init(
    _ comparison: CommitComparison, title: String, warnings: [String], remarks: [Remark],
    report: BenchmarkReport
  ) {
    var blocks = [Block(.heading(title, level: 1)), Block(.answer(Answer(comparison)))]
    blocks += warnings.map { Block(.note(.warning, $0)) }
    blocks += report.warnings.filter { !warnings.contains($0) }.map { Block(.note(.warning, $0)) }
    blocks += GateSections.failed(remarks.filter { $0.tone == .bad })
    blocks += GateSections.undecided(remarks.filter { $0.tone != .bad })
    blocks += [
      Block(.heading("Head against base", level: 2), in: .full),
      Block(.paragraph(comparison.summary), in: .full), Block(CommitTable.content(comparison.rows)),
      // Where the last lines are what a person sees first, it stands last.
      Block(.paragraph(comparison.summary), in: .brief),
    ]
    blocks += RunSections.figures(report).filter { $0.form != .brief }.map { Block($0.content, in: .full) }
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
        .number("95 % interval"), .number("whole time, head ÷ base"), .number("allocations"),
        .text("verdict"),
      ],
      rows: rows.map { row in
        let texts =
          [names.full(row.identity), row.variant.name] + times(row[.time])
          + [ratio(row[.wholeTime]), change(row[.metric(.allocations)])]
        return Table.Row(
          texts.map { Table.Cell($0) } + [Table.Cell(verdict(of: row), row.tone)],
          anchor: row.identity.description)
      }, isSortable: true)
  }

  private static func narrow(_ rows: [CommitComparison.Row], _ names: CaseNames) -> Table {
    Table(
      columns: [
        .text("variant"), .number("base"), .number("head"), .number("head ÷ base"), .number("95 % interval"),
        .text("verdict"),
      ],
      rows: rows.map { row in
        let texts = [row.variant.name] + times(row[.time])
        let word = row.remarkable.first?.verdict.words ?? row.note ?? "within"
        return Table.Row(
          texts.map { Table.Cell($0) } + [Table.Cell(word, row.tone)],
          group: names.full(row.identity), remarks: row.remarkable.compactMap { remark($0, in: row) })
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

  private static func ratio(_ outcome: GateOutcome?) -> String {
    guard let figures = outcome?.figures else { return "" }
    return Format.decimals(figures.estimate, like: figures.high - figures.low)
  }

  private static func change(_ outcome: GateOutcome?) -> String {
    guard let figures = outcome?.figures else { return "" }
    let (before, after) = (
      Format.metric(figures.referenceFigure, figures.unit), Format.metric(figures.variantFigure, figures.unit)
    )
    return before == after ? after : "\(before) → \(after)"
  }

  /// What a gate found that isn't within tolerance; nil for the typical time, which has its columns.
  private static func remark(_ outcome: GateOutcome, in row: CommitComparison.Row) -> String? {
    guard let figures = outcome.figures else { return "\(outcome.gate): \(outcome.verdict.words)" }
    guard figures.quantity != Quantity.time.description || !row.isOfBase(figures) else { return nil }
    return "\(subject(of: outcome, in: row)) \(change(outcome)): \(outcome.verdict.words)"
  }

  private static func verdict(of row: CommitComparison.Row) -> String {
    let remarkable = row.remarkable.map { "\(subject(of: $0, in: row)) \($0.verdict.words)" }
    let words = [row.note].compactMap(\.self) + remarkable
    return words.isEmpty ? "within tolerance" : words.joined(separator: ", ")
  }

  /// What an outcome is about: a quantity, with what it is held against where that isn't the base's.
  private static func subject(of outcome: GateOutcome, in row: CommitComparison.Row) -> String {
    guard let figures = outcome.figures else { return "the gate \"\(outcome.gate)\"" }
    return row.isOfBase(figures) ? figures.quantity : "\(figures.quantity) against \(figures.reference)"
  }
}

extension CommitComparison.Row {
  /// What a reader should look at: all that isn't within tolerance, what counts most first.
  ///
  /// A case that has regressed may end before its other questions are answered; that they are open is no news
  /// then.
  fileprivate var remarkable: [GateOutcome] {
    let hasRegressed = outcomes.contains { $0.verdict == .regressed }
    return ReportDocument.Tone.fromWorst.flatMap { tone in
      outcomes.filter { outcome in
        outcome.verdict != .withinTolerance && !(hasRegressed && outcome.verdict == .inconclusive)
          && ReportDocument.Tone(outcome.verdict) == tone
      }
    }
  }

  /// What it is to its reader: what counts most of its verdicts.
  fileprivate var tone: ReportDocument.Tone {
    outcomes.map { ReportDocument.Tone($0.verdict) }.max() ?? .none
  }
}

extension ReportDocument.Tone {
  /// All, what counts most first.
  fileprivate static let fromWorst: [ReportDocument.Tone] = [.bad, .undecided, .good, .none]
}
