import PGMeasuring

/// Draws a document for a terminal, in its brief form.
///
/// A heading stands right above what belongs to it. Where a line has no room for a table, its narrow form is
/// shown, or its names are cut short, though not to less than 12 columns. Charts and what is folded are left
/// to other forms.
package struct TerminalRenderer: Sendable {
  /// How wide a line may be where nothing is known of who reads it.
  package static let usualWidth = 100

  private let width: Int
  private let paint: @Sendable (String, ReportDocument.Tone) -> String

  /// Makes a renderer.
  ///
  /// - Parameter width: How many columns a line should have at most.
  /// - Parameter paint: Gives a line the colour of what it says.
  package init(
    width: Int = usualWidth,
    painting paint: @escaping @Sendable (String, ReportDocument.Tone) -> String = { line, _ in line }
  ) {
    self.width = width
    self.paint = paint
  }

  /// The document, with a line break at the end.
  package func text(_ document: ReportDocument) -> String {
    var parts: [String] = []
    var heading: String?
    for block in document.blocks {
      let isShown = block.form != .full && !Self.isLeftOut(block.content)
      switch block.content {
      case .heading(let text, let level):
        // One that isn't shown ends what belongs to the one before, too.
        if let heading { parts.append(heading) }
        heading = nil
        guard isShown else { continue }
        if level == 1 { parts.append(Printable.line(text)) } else { heading = Printable.line(text) }
      case .paragraph(let text):
        guard isShown else { continue }
        if let title = heading {
          heading = "\(title). \(Printable.line(text))"
        } else {
          parts.append(Printable.line(text))
        }
      default:
        guard isShown else { continue }
        let text = self.parts(block.content, isBelowHeading: heading != nil)
        if let title = heading {
          parts.append(([title] + text).joined(separator: "\n"))
        } else {
          parts += text
        }
        heading = nil
      }
    }
    if let heading { parts.append(heading) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func isLeftOut(_ content: ReportDocument.Content) -> Bool {
    switch content {
    case .chart, .folded: true
    default: false
    }
  }

  private func parts(_ content: ReportDocument.Content, isBelowHeading: Bool) -> [String] {
    switch content {
    case .heading(let text, level: _), .paragraph(let text): [Printable.line(text)]
    case .answer(let answer): [paint(Printable.line(answer.text), answer.tone)]
    case .chart, .folded: []
    case .note(.incomplete, let text): ["incomplete: \(Printable.line(text))"]
    case .note(.warning, let text): [paint("warning: \(Printable.line(text))", .undecided)]
    case .list(let lines): [lines.map(Printable.line).joined(separator: "\n")]
    case .table(let table, let narrow): [lines(of: table, narrow: narrow).joined(separator: "\n")]
    case .remarks(let remarks):
      [
        remarks.remarks.filter { $0.tone != .good }.map { text($0, indent: isBelowHeading ? "  " : "") }
          .joined(separator: "\n")
      ]
    }
  }

  /// What is said, a line each, and where it is and how it is seen again in the next.
  private func text(_ remark: ReportDocument.Remark, indent: String) -> String {
    let said = ([remark.text] + remark.further).map(shortened)
    let seen = [remark.place, remark.command].compactMap(\.self).map(Printable.line)
    let subject = Printable.line(remark.subject)
    var lines =
      said.count == 1
      ? [paint("\(indent)\(subject): \(said[0])", remark.tone)]
      : ["\(indent)\(subject):"] + said.map { paint("\(indent)  \($0)", remark.tone) }
    if !seen.isEmpty { lines.append("\(indent)  \(seen.joined(separator: "  "))") }
    return lines.joined(separator: "\n")
  }

  /// A text in a line, cut where it is as long as a log: the whole of it is in the other forms.
  private func shortened(_ text: String) -> String {
    let line = Printable.line(text)
    return line.count > Self.longestRemark ? "\(line.prefix(Self.longestRemark - 1))…" : line
  }

  private static let longestRemark = 400

  private func lines(of table: ReportDocument.Table, narrow: ReportDocument.Table?) -> [String] {
    let text = TerminalTable(table)
    let excess = text.width - width
    guard excess > 0 else { return text.lines(painting: paint) }
    if let narrow { return GroupedTerminalTable(narrow, width: width).lines(painting: paint) }
    return text.shortened(by: excess, toNoLessThan: 12).lines(painting: paint)
  }
}
