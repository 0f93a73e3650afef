import PGMeasuring

/// Draws a document as GitHub-flavoured Markdown, in its full form.
package struct MarkdownRenderer: Sendable {
  private let charts: String?

  /// Makes a renderer.
  ///
  /// - Parameter charts: The folder of the charts' files, as a link from the text names it; nil where there
  ///   is none, so that a chart is told in words only.
  package init(charts: String? = nil) { self.charts = charts }

  /// The document, with a line break at the end.
  package func text(_ document: ReportDocument) -> String { text(document.blocks) }

  /// The document in so many bytes, if its unfolded parts fit there: what is folded is left out, the last
  /// first, and a line says so.
  ///
  /// - Parameter whole: The file that holds the whole report.
  package func text(_ document: ReportDocument, atMost limit: Int, whole: String) -> String {
    let blocks = document.blocks.filter { $0.form != .brief }
    var texts = blocks.map { text($0.content) }
    var size = texts.reduce(0) { $0 + $1.utf8.count + 2 }
    guard size > limit else { return texts.joined(separator: "\n\n") + "\n" }
    for index in blocks.indices.reversed() where size > limit {
      guard case .folded(let title, _) = blocks[index].content else { continue }
      let notice = "*\(Markdown.escaped(title)): left out here, and in \(Markdown.escaped(whole)).*"
      size += notice.utf8.count - texts[index].utf8.count
      texts[index] = notice
    }
    return texts.joined(separator: "\n\n") + "\n"
  }

  private func text(_ blocks: [ReportDocument.Block]) -> String {
    blocks.filter { $0.form != .brief }.map { text($0.content) }.joined(separator: "\n\n") + "\n"
  }

  private func text(_ content: ReportDocument.Content) -> String {
    switch content {
    case .heading(let text, let level):
      "\(String(repeating: "#", count: min(max(level, 1), 6))) \(Markdown.escaped(text))"
    case .answer(let answer): "**\(Markdown.escaped(answer.text))**"
    case .paragraph(let text): Markdown.escaped(text)
    case .note(let note, let text): "> **\(Self.word(note)).** \(Markdown.escaped(text))"
    case .list(let lines): lines.map { "- \(Markdown.escaped($0))" }.joined(separator: "\n")
    case .table(let table, narrow: _): text(table)
    case .remarks(let remarks): remarks.remarks.map(text).joined(separator: "\n")
    case .chart(let chart): text(chart)
    case .folded(let title, let blocks):
      // An empty line ends what GitHub takes for HTML, so that what follows is Markdown again.
      "<details>\n<summary>\(HTMLText.escaped(title))</summary>\n\n\(text(blocks))\n</details>"
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

  /// What is said, a line each, and where it is and how it is seen again in the next.
  private func text(_ remark: ReportDocument.Remark) -> String {
    let first = "- **\(Markdown.escaped(remark.subject))**: \(Markdown.escaped(remark.text))"
    let seen = [remark.place, remark.command].compactMap(\.self).map(Markdown.code)
    let lines =
      [first] + remark.further.map(Markdown.escaped) + (seen.isEmpty ? [] : [seen.joined(separator: " ")])
    return lines.joined(separator: "\\\n  ")
  }

  private func text(_ chart: Chart) -> String {
    let words = "**\(Markdown.escaped(chart.title)).** \(Markdown.escaped(chart.summary))"
    guard let charts else { return words }
    return "\(words)\n\n![\(Markdown.escaped(chart.title))](\(charts)/\(chart.name).svg)"
  }
}

/// Texts as GitHub-flavoured Markdown shows them: letter by letter.
package enum Markdown {
  /// A text in one line in which nothing is markup; pipes don't end a table's cell.
  package static func escaped(_ text: String) -> String {
    // Leading spaces would make a block of code.
    let characters = Array(Printable.line(text).drop { $0 == " " })
    var escaped = ""
    func isOfWord(at index: Int) -> Bool {
      characters.indices.contains(index) && (characters[index].isLetter || characters[index].isNumber)
    }
    for (index, character) in characters.enumerated() {
      let isInWord = character == "_" && isOfWord(at: index - 1) && isOfWord(at: index + 1)
      if isMarkup(character) && !isInWord || beginsBlock(characters, at: index)
        || isOfLink(characters, at: index)
      {
        escaped += "\\"
      }
      escaped.append(character)
      // GitHub looks for users in what has been rendered, but not across a comment.
      if character == "@", isOfWord(at: index + 1) { escaped += "<!-- -->" }
    }
    return escaped
  }

  /// Whether a character would make a list or a quotation of a line that it stands at the beginning of, as
  /// `-`, `>` or the point of `1.` (CommonMark 0.31, "Container blocks").
  private static func beginsBlock(_ characters: [Character], at index: Int) -> Bool {
    switch characters[index] {
    case "-", "+", ">", "=": index == 0
    case ".", ")":
      index > 0 && characters[..<index].allSatisfy { $0.isASCII && $0.isNumber }
        && (index + 1 == characters.count || characters[index + 1] == " ")
    default: false
    }
  }

  /// Whether a character is one without which an address is none, as the colon of `http://` and the point
  /// of `www.` are (GitHub Flavored Markdown, "Autolinks (extension)").
  private static func isOfLink(_ characters: [Character], at index: Int) -> Bool {
    switch characters[index] {
    case ":": characters[(index + 1)...].starts(with: "//")
    case ".": index >= 3 && String(characters[(index - 3)..<index]).lowercased() == "www"
    default: false
    }
  }

  /// A text in one line as code, between more backticks than it has in a row (CommonMark 0.31, "Code spans").
  package static func code(_ text: String) -> String {
    let line = Printable.line(text)
    var longest = 0
    var current = 0
    for character in line.unicodeScalars {
      current = character == "`" ? current + 1 : 0
      longest = max(longest, current)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return longest == 0 ? "\(fence)\(line)\(fence)" : "\(fence) \(line) \(fence)"
  }

  /// What may begin or end markup somewhere, with or without others; of underscores, those that aren't within
  /// a word.
  private static func isMarkup(_ character: Character) -> Bool {
    switch character {
    case "\\", "`", "*", "_", "[", "]", "<", "|", "~", "#", "&", "$": true
    default: false
    }
  }
}
