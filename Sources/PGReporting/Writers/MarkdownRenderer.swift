import PGMeasuring

/// Draws a document as GitHub-flavoured Markdown, in its full form.
package struct MarkdownRenderer: Sendable {
  /// Makes a renderer.
  package init() {}

  /// The document, with a line break at the end.
  package func text(_ document: ReportDocument) -> String {
    document.blocks.filter { $0.form != .brief }.map { text($0.content) }.joined(separator: "\n\n") + "\n"
  }

  private func text(_ content: ReportDocument.Content) -> String {
    switch content {
    case .heading(let text, let level): "\(String(repeating: "#", count: level)) \(Markdown.escaped(text))"
    case .paragraph(let text): Markdown.escaped(text)
    case .note(let note, let text): "> **\(Self.word(note)).** \(Markdown.escaped(text))"
    case .list(let lines): lines.map { "- \(Markdown.escaped($0))" }.joined(separator: "\n")
    case .table(let table, narrow: _): text(table)
    case .remarks(let remarks): text(remarks)
    case .chart(let chart): Markdown.escaped("\(chart.title). \(chart.summary)")
    case .folded(let title, let blocks):
      (["<details><summary>\(Markdown.escaped(title))</summary>"]
        + blocks.filter { $0.form != .brief }.map { text($0.content) } + ["</details>"])
        .joined(separator: "\n\n")
    }
  }

  private static func word(_ note: ReportDocument.Note) -> String {
    switch note {
    case .incomplete: "Incomplete"
    case .warning: "Warning"
    }
  }

  private func text(_ table: ReportDocument.Table) -> String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Markdown.escaped).joined(separator: " | ") + " |"
    }
    let rule = "|" + table.columns.map { $0.kind == .number ? "---:" : "---" }.joined(separator: "|") + "|"
    return ([line(table.columns.map(\.heading)), rule] + table.rows.map { line($0.cells.map(\.text)) })
      .joined(separator: "\n")
  }

  /// A table where the parts of a remark have headings, and else a list.
  private func text(_ remarks: ReportDocument.Remarks) -> String {
    guard let headings = remarks.headings else {
      return remarks.remarks.map { "- **\(Markdown.escaped($0.subject))**: \(Markdown.escaped($0.text))" }
        .joined(separator: "\n")
    }
    return text(
      ReportDocument.Table(
        columns: [.text(headings.subject), .text(headings.detail), .text(headings.text)],
        rows: remarks.remarks.map {
          ReportDocument.Table.Row([$0.subject, $0.place ?? $0.outcome ?? "", $0.text])
        }))
  }
}

/// Texts as GitHub-flavoured Markdown shows them: letter by letter.
package enum Markdown {
  /// A text in one line in which nothing is markup; pipes don't end a table's cell.
  package static func escaped(_ text: String) -> String {
    let characters = Array(Printable.line(text))
    var escaped = ""
    for (index, character) in characters.enumerated() {
      let isInWord =
        index > 0 && index + 1 < characters.count && isOfWord(characters[index - 1])
        && isOfWord(characters[index + 1])
      if isMarkup(character), !(character == "_" && isInWord) { escaped += "\\" }
      escaped.append(character)
    }
    return escaped
  }

  /// What may begin or end markup somewhere, with or without others; of underscores, those that aren't within
  /// a word.
  private static func isMarkup(_ character: Character) -> Bool { "\\`*_[]<|~#&$".contains(character) }

  private static func isOfWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
