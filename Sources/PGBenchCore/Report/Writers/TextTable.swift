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

  /// How many characters the widest line of the plain layout has.
  var width: Int { widths.reduce(-2) { $0 + $1 + 2 } }

  private var widths: [Int] {
    columns.indices.map { index in
      rows.reduce(columns[index].heading.count) { max($0, $1[index].count) }
    }
  }

  /// Aligned with spaces, a line of dashes below the headings, no space at the ends of lines.
  var plain: String {
    let widths = widths
    func line(_ cells: [String]) -> String {
      var line = zip(zip(cells, columns), widths).map { cell, width in
        let padding = String(repeating: " ", count: width - cell.0.count)
        return cell.1.isNumeric ? padding + cell.0 : cell.0 + padding
      }.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([columns.map(\.heading), rule] + rows).map(line).joined(separator: "\n")
  }

  /// A table of GitHub-flavoured Markdown; pipes and line breaks in cells are made harmless.
  var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Self.escaped).joined(separator: " | ") + " |"
    }
    let rule = "|" + columns.map { $0.isNumeric ? "---:" : "---" }.joined(separator: "|") + "|"
    return ([line(columns.map(\.heading)), rule] + rows.map(line)).joined(separator: "\n")
  }

  private static func escaped(_ cell: String) -> String {
    cell.reduce(into: "") { result, character in
      if character == "|" { result += "\\|" } else { result.append(character.isNewline ? " " : character) }
    }
  }
}
