import PGMeasuring

/// Draws a document as a page of HTML in one file, in its full form.
///
/// The page asks nothing of any network, which its Content-Security-Policy holds it to, and is whole without
/// its script. Headings, landmarks, captions and header cells follow the Web Content Accessibility Guidelines
/// 2.2; a table that is too wide for its place can be scrolled by keyboard.
package struct HTMLRenderer: Sendable {
  private let charts: String?

  /// Makes a renderer.
  ///
  /// - Parameter charts: The folder beside the page that has all charts; nil where there is none.
  package init(charts: String? = nil) { self.charts = charts }

  /// The page.
  ///
  /// - Parameter title: What its tab is called, and its first heading where the document has none.
  package func text(_ document: ReportDocument, title: String) -> String {
    // Without charts first, to know how much room they have.
    let bare = text(document, title: title, room: 0)
    guard !document.charts.isEmpty else { return bare }
    return text(document, title: title, room: max(0, HTMLCharts.greatestPage - bare.utf8.count))
  }

  private func text(_ document: ReportDocument, title: String, room: Int) -> String {
    let blocks = document.blocks.filter { $0.form != .brief }
    var writer = HTMLWriter(HTMLCharts(Self.parts(of: blocks), room: room))
    writer.prepare(blocks)
    var isTitled = false
    var isInHead = true
    for block in blocks {
      switch block.content {
      case .heading(let text, level: 1) where !isTitled:
        writer.head += "<h1>\(HTMLText.isolated(text))</h1>\n"
        isTitled = true
      case .answer(let answer) where isInHead: writer.head += HTMLWriter.text(answer)
      case .note(let note, let text) where isInHead: writer.head += HTMLWriter.text(note, text)
      default:
        isInHead = false
        writer.add(block.content)
      }
    }
    writer.close()
    if room > 0, let notice = writer.charts.notice(folder: charts) { writer.end(with: notice) }
    if !isTitled { writer.head = "<h1>\(HTMLText.isolated(title))</h1>\n" + writer.head }
    return HTMLPage.text(
      title: title, head: writer.head, sections: writer.sections, body: writer.body,
      hasCharts: !document.charts.isEmpty)
  }
}

extension HTMLRenderer {
  /// The charts of each section.
  private static func parts(of blocks: [ReportDocument.Block]) -> [[Chart]] {
    var parts: [[Chart]] = [[]]
    for block in blocks {
      if case .heading = block.content { parts.append([]) }
      parts[parts.count - 1] += ReportDocument([block]).charts
    }
    return parts
  }
}

/// Writes the blocks of a page, one after the other.
struct HTMLWriter {
  /// What stands above all sections.
  var head = ""
  /// The sections' headings with their names.
  private(set) var sections: [(name: String, title: String)] = []
  /// The sections.
  private(set) var body = ""
  private var section = ""
  private var hasTools = false

  /// The charts that are shown.
  private(set) var charts: HTMLCharts

  private var names = HTMLNames()
  private var captions: [String: Int] = [:]
  private var isInSection = false
  private var heading = "Report"
  /// The names of rows, in the order of the document.
  private var rows: [String?] = []
  private var nextRow = 0

  init(_ charts: HTMLCharts) { self.charts = charts }

  /// Gives names to the rows that other parts point to.
  mutating func prepare(_ blocks: [ReportDocument.Block]) {
    // What the page itself has.
    for name in ["main", "filter", "found", "tools"] { _ = names.name(name) }
    for chart in ReportDocument(blocks).charts {
      for end in ["", "-t", "-d"] { _ = names.name("\(chart.name)\(end)") }
    }
    collectRows(of: blocks)
  }

  private mutating func collectRows(of blocks: [ReportDocument.Block]) {
    for block in blocks {
      switch block.content {
      case .table(let table, narrow: _):
        for row in table.rows { rows.append(row.anchor.flatMap { names.anchor(of: $0) }) }
      case .folded(_, let blocks): collectRows(of: blocks)
      default: break
      }
    }
  }

  /// Ends the last section.
  mutating func close() {
    if isInSection { section += "</section>\n" }
    isInSection = false
    // What failed and what was found is read first; rows are looked for where they are.
    if !hasTools, section.contains("class=sortable") {
      body += HTMLPage.tools
      hasTools = true
    }
    body += section
    section = ""
  }

  /// Adds a sentence below all sections.
  mutating func end(with sentence: String) { body += "<p>\(HTMLText.isolated(sentence))</p>\n" }

  /// Adds a block; a heading begins a section, or a part of one.
  mutating func add(_ content: ReportDocument.Content) {
    if case .heading(let text, let level) = content {
      heading = text
      guard level <= 2 else {
        openSection()
        section += "<h3>\(HTMLText.isolated(text))</h3>\n"
        return
      }
      close()
      let name = names.name("section", of: text)
      sections.append((name, text))
      section += "<section aria-labelledby=\"\(name)\">\n<h2 id=\"\(name)\">\(HTMLText.isolated(text))</h2>\n"
      isInSection = true
    } else {
      openSection()
      section += text(content)
    }
  }

  /// What stands before the first heading has a section without one.
  private mutating func openSection() {
    guard !isInSection else { return }
    section += "<section>\n"
    isInSection = true
  }

  private mutating func text(_ content: ReportDocument.Content) -> String {
    switch content {
    case .heading(let text, _): "<h3>\(HTMLText.isolated(text))</h3>\n"
    case .answer(let answer): Self.text(answer)
    case .paragraph(let text): "<p>\(HTMLText.isolated(text))</p>\n"
    case .note(let note, let text): Self.text(note, text)
    case .list(let lines):
      "<ul>\n" + lines.map { "<li>\(HTMLText.isolated($0))</li>\n" }.joined() + "</ul>\n"
    case .table(let table, narrow: _): text(table)
    case .remarks(let remarks): "<ul class=remarks>\n" + remarks.remarks.map { text($0) }.joined() + "</ul>\n"
    case .chart(let chart): charts.figure(chart, names: &names)
    case .folded(let title, let blocks): folded(title, blocks)
    }
  }

  static func text(_ answer: Answer) -> String {
    let word =
      switch answer.tone {
      case .bad: "Failed"
      case .undecided: "Undecided"
      case .good: "Kept"
      case .none: "Measured"
      }
    return "<p class=\"answer \(tone(answer.tone))\"><strong>\(word)</strong> "
      + "\(HTMLText.isolated(answer.text))</p>\n"
  }

  static func text(_ note: ReportDocument.Note, _ text: String) -> String {
    let word =
      switch note {
      case .incomplete: "Incomplete"
      case .warning: "Warning"
      }
    return "<p class=note><strong>\(word)</strong> \(HTMLText.isolated(text))</p>\n"
  }

  private static func tone(_ tone: ReportDocument.Tone) -> String {
    switch tone {
    case .none: "none"
    case .good: "good"
    case .undecided: "undecided"
    case .bad: "bad"
    }
  }

  private mutating func folded(_ title: String, _ blocks: [ReportDocument.Block]) -> String {
    let outer = heading
    heading = "\(outer): \(title)"
    defer { heading = outer }
    let inner = blocks.filter { $0.form != .brief }.map { text($0.content) }.joined()
    return "<details>\n<summary>\(HTMLText.isolated(title))</summary>\n\(inner)</details>\n"
  }

  private func text(_ remark: ReportDocument.Remark) -> String {
    let subject = HTMLText.isolated(remark.subject)
    let linked =
      remark.anchor.flatMap { names[$0] }.map { "<a href=\"#\($0)\">\(subject)</a>" } ?? "<b>\(subject)</b>"
    let lines = Printable.lines(remark.text).split(separator: "\n", omittingEmptySubsequences: false)
    let said =
      lines.count > 1
      ? "\(linked):</p>\n<pre tabindex=0>\(HTMLText.escapedLines(remark.text))</pre>\n"
      : "\(linked): \(HTMLText.isolated(remark.text))</p>\n"
    let further = remark.further.map { "<p>\(HTMLText.isolated($0))</p>\n" }.joined()
    let place = remark.place.map { "<code>\(HTMLText.isolated($0))</code>" }
    let command = remark.command.map { "<code class=command>\(HTMLText.isolated($0))</code>" }
    let second = [place, command].compactMap(\.self).joined(separator: " ")
    return "<li class=\(Self.tone(remark.tone))><p>\(said)\(further)"
      + (second.isEmpty ? "" : "<p>\(second)</p>\n")
      + "</li>\n"
  }

  /// A caption that no other table of the page has, for regions are told apart by theirs.
  private mutating func caption(_ table: ReportDocument.Table) -> String {
    let caption = table.caption.map { $0 == heading ? $0 : "\(heading): \($0)" } ?? heading
    captions[caption, default: 0] += 1
    let number = captions[caption] ?? 1
    return number == 1 ? caption : "\(caption) (\(Format.count(number)))"
  }

  private mutating func text(_ table: ReportDocument.Table) -> String {
    let caption = HTMLText.escaped(caption(table))
    let first = nextRow
    nextRow += table.rows.count
    let name = table.isSortable ? names.name("table") : nil
    return HTMLTable(table, name: name, rows: Array(rows[min(first, rows.count)..<min(nextRow, rows.count)]))
      .text(caption: caption)
  }
}
