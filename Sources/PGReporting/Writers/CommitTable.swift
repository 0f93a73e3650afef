public import PGMeasuring
public import PGVerdicts

/// Lays out what a comparison of commits came to: a row for each driver of each case.
package struct CommitTable: Sendable {
  /// A driver of a case.
  package struct Row: Sendable, Hashable {
    /// Which case.
    package let identity: CaseIdentity
    /// Which of its variants.
    package let variant: Variant
    /// How the head's time compares with the base's; nil if only one side has it.
    package let time: GateOutcome?
    /// How the head's allocations compare; nil where they are not counted.
    package let allocations: GateOutcome?
    /// What is said where there is nothing to compare, such as `new`.
    package let note: String?

    /// What a row is to its reader.
    package enum Tone: Sendable, Hashable {
      /// All is as it should be.
      case good
      /// Something could not be decided.
      case undecided
      /// Something regressed.
      case bad
      /// There was nothing to compare.
      case none
    }

    /// What it is to its reader.
    package var tone: Tone {
      let verdicts = [time, allocations].compactMap(\.?.verdict)
      if verdicts.contains(.regressed) { return .bad }
      if verdicts.isEmpty { return .none }
      return verdicts.allSatisfy(\.isKept) ? .good : .undecided
    }

    /// Puts a row together.
    package init(
      identity: CaseIdentity, variant: Variant, time: GateOutcome? = nil, allocations: GateOutcome? = nil,
      note: String? = nil
    ) {
      self.identity = identity
      self.variant = variant
      self.time = time
      self.allocations = allocations
      self.note = note
    }
  }

  private let rows: [Row]

  /// Takes the rows in their order.
  package init(_ rows: [Row]) { self.rows = rows }

  /// Aligned with spaces, for a terminal.
  ///
  /// Where a line has no room for all, cases are headings, and allocations are told only where they changed.
  ///
  /// - Parameter width: How many columns a line has; nil if they don't end.
  /// - Parameter paint: Gives a row's line the colour of what it says.
  package func plain(
    width: Int? = nil, painting paint: (String, Row.Tone) -> String = { line, _ in line }
  ) -> String {
    let wide = table
    if let width, wide.width > width { return NarrowCommitTable(rows, width: width).plain(painting: paint) }
    let lines = wide.plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let headings = lines.count - rows.count
    return (lines.prefix(headings) + zip(lines.dropFirst(headings), rows).map { paint($0, $1.tone) })
      .joined(separator: "\n")
  }

  /// A table of GitHub-flavoured Markdown.
  package var markdown: String { table.markdown }

  private var table: TextTable {
    var table = TextTable(columns: [
      .text("case"), .text("variant"), .number("base"), .number("head"), .number("head ÷ base"),
      .number("95 % interval"), .number("allocations"), .text("verdict"),
    ])
    let names = CaseNames(rows.map(\.identity))
    for row in rows {
      table.rows.append(
        [names.full(row.identity), row.variant.name] + Self.times(row.time)
          + [Self.allocations(row.allocations), Self.verdict(of: row)])
    }
    return table
  }

  static func times(_ outcome: GateOutcome?) -> [String] {
    guard let figures = outcome?.figures else { return ["", "", "", ""] }
    let width = figures.high - figures.low
    return [
      Format.metric(figures.referenceFigure, figures.unit),
      Format.metric(figures.variantFigure, figures.unit),
      Format.decimals(figures.estimate, like: width),
      "\(Format.decimals(figures.low, like: width)) to \(Format.decimals(figures.high, like: width))",
    ]
  }

  static func allocations(_ outcome: GateOutcome?) -> String {
    guard let figures = outcome?.figures else { return "" }
    let (before, after) = (
      Format.metric(figures.referenceFigure, figures.unit), Format.metric(figures.variantFigure, figures.unit)
    )
    return before == after ? after : "\(before) → \(after)"
  }

  private static func verdict(of row: Row) -> String {
    if let note = row.note { return note }
    let verdicts = [("time", row.time), ("allocations", row.allocations)].compactMap { name, outcome in
      outcome.map { (name: name, verdict: $0.verdict) }
    }
    let remarkable = verdicts.filter { $0.verdict != .withinTolerance }
    guard !remarkable.isEmpty else { return "within tolerance" }
    return remarkable.map { "\($0.name) \($0.verdict.words)" }.joined(separator: ", ")
  }
}

/// Lays out what a comparison of commits came to where a line has no room for a case's name beside its
/// figures.
struct NarrowCommitTable {
  private let rows: [CommitTable.Row]
  private let width: Int

  init(_ rows: [CommitTable.Row], width: Int) {
    self.rows = rows
    self.width = width
  }

  /// A heading for each case, a line of figures for each of its variants, and one for allocations that
  /// changed.
  func plain(painting paint: (String, CommitTable.Row.Tone) -> String) -> String {
    let names = CaseNames(rows.map(\.identity))
    let lines = figures.plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var text = Array(lines.prefix(lines.count - rows.count))
    var current: CaseIdentity?
    for (row, line) in zip(rows, lines.suffix(rows.count)) {
      if row.identity != current { text += wrapped(Printable.line(names.full(row.identity))) }
      current = row.identity
      if isLong(row.variant) { text.append(paint(Self.indent + Printable.line(row.variant.name), row.tone)) }
      text.append(paint(line, row.tone))
      if let allocations = allocations(row) { text.append(paint(allocations, row.tone)) }
    }
    return text.joined(separator: "\n")
  }

  private static let indent = "  "

  private var figures: TextTable { table { isLong($0) ? "" : Self.indent + $0.name } }

  private func table(_ name: (Variant) -> String) -> TextTable {
    var table = TextTable(columns: [
      .text("variant"), .number("base"), .number("head"), .number("head ÷ base"), .number("95 % interval"),
      .text("time"),
    ])
    for row in rows {
      table.rows.append([name(row.variant)] + CommitTable.times(row.time) + [row.note ?? Self.word(row.time)])
    }
    return table
  }

  /// Whether a variant's name gets a line of its own.
  private func isLong(_ variant: Variant) -> Bool {
    let room = width - table { _ in "" }.width + "variant".count
    return Self.indent.count + DisplayWidth.of(Printable.line(variant.name)) > max(room, 12)
  }

  private func allocations(_ row: CommitTable.Row) -> String? {
    guard let outcome = row.allocations, outcome.verdict != .withinTolerance else { return nil }
    return
      "\(Self.indent)\(Self.indent)allocations \(CommitTable.allocations(outcome)): \(outcome.verdict.words)"
  }

  private static func word(_ outcome: GateOutcome?) -> String {
    guard let outcome else { return "" }
    return outcome.verdict == .withinTolerance ? "within" : outcome.verdict.words
  }

  /// A name in as many lines as it takes, broken between words.
  private func wrapped(_ name: String) -> [String] {
    var lines: [String] = []
    for word in name.split(separator: " ") {
      if let last = lines.last, DisplayWidth.of(last) + 1 + DisplayWidth.of(String(word)) <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append((lines.isEmpty ? "" : Self.indent) + word)
      }
    }
    return lines
  }
}
