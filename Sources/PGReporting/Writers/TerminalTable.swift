import PGMeasuring

/// A table as a terminal shows it: aligned with spaces, and a line of dashes below the headings.
struct TerminalTable {
  private let columns: [ReportDocument.Table.Column]
  private let headings: [String]
  /// The cells, each in one line and without anything that would act on a terminal.
  private var rows: [(cells: [String], tone: ReportDocument.Tone)]

  init(_ table: ReportDocument.Table) {
    columns = table.columns
    headings = table.columns.map { Printable.line($0.heading) }
    rows = table.rows.map { ($0.cells.map { Printable.line($0.text) }, $0.tone) }
  }

  /// How many columns of a terminal the widest line takes.
  var width: Int { widths.reduce(-2) { $0 + $1 + 2 } }

  private var widths: [Int] {
    columns.indices.map { index in
      rows.reduce(DisplayWidth.of(headings[index])) { max($0, DisplayWidth.of($1.cells[index])) }
    }
  }

  /// The table with its names cut short, so that its lines are as much shorter, if the names can be.
  func shortened(by excess: Int, toNoLessThan least: Int) -> TerminalTable {
    guard let index = columns.firstIndex(where: { $0.kind == .name }),
      let longest = rows.map({ DisplayWidth.of($0.cells[index]) }).max()
    else { return self }
    let limit = max(least, longest - excess)
    var table = self
    for row in table.rows.indices {
      let name = table.rows[row].cells[index]
      guard DisplayWidth.of(name) > limit else { continue }
      table.rows[row].cells[index] = DisplayWidth.prefix(of: name, columns: limit - 1) + "…"
    }
    return table
  }

  /// The headings, the dashes, and a line for each row in the colour of what it says; no line ends with a
  /// space.
  func lines(painting paint: (String, ReportDocument.Tone) -> String) -> [String] {
    let widths = widths
    func line(_ cells: [String]) -> String {
      var line = zip(zip(cells, columns), widths).map { cell, width in
        let padding = String(repeating: " ", count: width - DisplayWidth.of(cell.0))
        return cell.1.kind == .number ? padding + cell.0 : cell.0 + padding
      }.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return [line(headings), line(rule)] + rows.map { paint(line($0.cells), $0.tone) }
  }
}

/// A table in groups, for lines that have no room for what a group is called beside the figures.
struct GroupedTerminalTable {
  private let table: ReportDocument.Table
  private let width: Int

  init(_ table: ReportDocument.Table, width: Int) {
    self.table = table
    self.width = width
  }

  /// A heading for each group, a line of figures for each of its rows, and one for each of its remarks.
  ///
  /// A first cell that is too long for its column has a line of its own.
  func lines(painting paint: (String, ReportDocument.Tone) -> String) -> [String] {
    let room = max(width - TerminalTable(replacingNames { _ in "" }).width + nameHeading, 12)
    func isLong(_ name: String) -> Bool {
      Self.indent.count + DisplayWidth.of(Printable.line(name)) > room
    }
    let all = TerminalTable(replacingNames { isLong($0) ? "" : Self.indent + $0 }).lines(painting: paint)
    var lines = Array(all.prefix(all.count - table.rows.count))
    var current: String?
    for (row, line) in zip(table.rows, all.suffix(table.rows.count)) {
      if let group = row.group, group != current { lines += wrapped(Printable.line(group)) }
      current = row.group
      if let name = row.cells.first?.text, isLong(name) {
        lines.append(paint(Self.indent + Printable.line(name), row.tone))
      }
      lines.append(line)
      lines += row.remarks.map { paint(Self.indent + Self.indent + Printable.line($0), row.tone) }
    }
    return lines
  }

  private static let indent = "  "

  private var nameHeading: Int { table.columns.first.map { DisplayWidth.of($0.heading) } ?? 0 }

  private func replacingNames(_ name: (String) -> String) -> ReportDocument.Table {
    var table = table
    table.rows = table.rows.map { row in
      ReportDocument.Table.Row(
        row.cells.prefix(1).map { .init(name($0.text), $0.tone) } + row.cells.dropFirst())
    }
    return table
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
