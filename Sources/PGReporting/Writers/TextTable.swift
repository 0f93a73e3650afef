import PGMeasuring

/// A table of ready-made texts, which the writers lay out each in its own way.
struct TextTable {
  /// A column's heading, and whether its cells are set to the right, as numbers are.
  struct Column {
    let heading: String
    let isNumeric: Bool

    static func text(_ heading: String) -> Column { Column(heading: heading, isNumeric: false) }
    static func number(_ heading: String) -> Column { Column(heading: heading, isNumeric: true) }
  }

  let columns: [Column]
  var rows: [[String]] = []

  /// How many columns of a terminal the widest line of the plain layout takes.
  var width: Int { Self.widths(columns, rows.map { $0.map(Printable.line) }).reduce(-2) { $0 + $1 + 2 } }

  private static func widths(_ columns: [Column], _ rows: [[String]]) -> [Int] {
    columns.indices.map { index in
      rows.reduce(DisplayWidth.of(columns[index].heading)) { max($0, DisplayWidth.of($1[index])) }
    }
  }

  /// Aligned with spaces, a line of dashes below the headings, no space at the ends of lines.
  var plain: String {
    let columns = columns.map { Column(heading: Printable.line($0.heading), isNumeric: $0.isNumeric) }
    let rows = rows.map { $0.map(Printable.line) }
    let widths = Self.widths(columns, rows)
    func line(_ cells: [String]) -> String {
      var line = zip(zip(cells, columns), widths).map { cell, width in
        let padding = String(repeating: " ", count: width - DisplayWidth.of(cell.0))
        return cell.1.isNumeric ? padding + cell.0 : cell.0 + padding
      }.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([columns.map(\.heading), rule] + rows).map(line).joined(separator: "\n")
  }

  /// A table of GitHub-flavoured Markdown, in which cells and headings are nothing but text.
  var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Markdown.escaped).joined(separator: " | ") + " |"
    }
    let rule = "|" + columns.map { $0.isNumeric ? "---:" : "---" }.joined(separator: "|") + "|"
    return ([line(columns.map(\.heading)), rule] + rows.map(line)).joined(separator: "\n")
  }
}
