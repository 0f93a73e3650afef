import PGMeasuring
import PGVerdicts

/// Lays out what a comparison of commits came to where a line has no room for a case's name beside its figures.
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
