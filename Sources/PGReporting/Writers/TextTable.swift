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

/// How many columns of a terminal a text takes.
///
/// Unicode Standard Annex 11, "East Asian Width": wide and full-width characters take two, marks that are
/// written over another none; what a terminal of East Asia shows as wide and others don't ("ambiguous") takes
/// one.
enum DisplayWidth {
  /// The columns of a text of one line.
  static func of(_ text: String) -> Int {
    // Most texts are; and here each byte is a column.
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + width(of: $1) }
  }

  /// The longest beginning of a text that takes so many columns at most.
  static func prefix(of text: String, columns: Int) -> Substring {
    var left = columns
    let end = text.indices.first { index in
      left -= width(of: text[index])
      return left < 0
    }
    return text[..<(end ?? text.endIndex)]
  }

  private static func width(of character: Character) -> Int {
    let scalars = character.unicodeScalars
    // A picture of several parts is one picture.
    if scalars.contains(where: { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }) { return 2 }
    return scalars.reduce(0) { $0 + width(of: $1) }
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    // Vowels and final consonants of Hangul, written into the syllable.
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
      0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
      0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D376, 0x1F200...0x1F265,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
