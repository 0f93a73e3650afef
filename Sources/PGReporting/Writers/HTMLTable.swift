/// A table of a page, in a region of its own that can be scrolled.
///
/// The end tags of cells and rows are left out, as HTML lets them be ("Optional tags"): they would be a sixth
/// of a long report.
struct HTMLTable {
  private let table: ReportDocument.Table
  private let name: String?
  private let rows: [String?]

  /// - Parameter name: The table's name; nil where nothing points to it.
  /// - Parameter rows: The name of each row; nil where nothing points to it.
  init(_ table: ReportDocument.Table, name: String?, rows: [String?]) {
    self.table = table
    self.name = name
    self.rows = rows
  }

  /// The table.
  ///
  /// - Parameter caption: What it shows, escaped; unique in the page.
  func text(caption: String) -> String {
    let id = name.map { " id=\"\($0)\" class=sortable" } ?? ""
    var text =
      "<div class=scroll role=region tabindex=0 aria-label=\"\(caption)\"><table\(id)>\n"
      + "<caption>\(caption)</caption>\n<thead><tr>"
    for column in table.columns {
      text += column.kind == .number ? "<th scope=col>" : "<th scope=col class=t>"
      text += HTMLText.isolated(column.heading)
    }
    text += "\n"
    for group in groups { text += "<tbody>\n" + self.text(of: group) }
    if table.rows.isEmpty { text += "<tbody>\n" }
    return text + "</table></div>\n"
  }

  /// The rows that belong together; all of them where each stands for itself.
  private var groups: [Range<Int>] {
    guard table.leading > 0 else { return table.rows.isEmpty ? [] : [0..<table.rows.count] }
    func key(_ index: Int) -> ArraySlice<ReportDocument.Table.Cell> {
      table.rows[index].cells.prefix(table.leading)
    }
    var groups: [Range<Int>] = []
    for index in table.rows.indices {
      if let last = groups.last, key(last.lowerBound) == key(index) {
        groups[groups.count - 1] = last.lowerBound..<index + 1
      } else {
        groups.append(index..<index + 1)
      }
    }
    return groups
  }

  private func text(of group: Range<Int>) -> String {
    let isShared = table.leading > 0 && group.count > 1
    var text = ""
    for index in group {
      let name = index < rows.count ? rows[index] : nil
      text += name.map { "<tr id=\"\($0)\">" } ?? "<tr>"
      for (place, cell) in table.rows[index].cells.enumerated() {
        let isSpanning = isShared && place < table.leading
        guard !isSpanning || index == group.lowerBound else { continue }
        text += start(place, cell, span: isSpanning ? group.count : 1)
        let words = HTMLText.isolated(cell.text)
        text += place == 0 ? name.map { "<a href=\"#\($0)\">\(words)</a>" } ?? words : words
      }
      text += "\n"
    }
    return text
  }

  /// The start of a cell; the first of a row says what the row is about.
  private func start(_ place: Int, _ cell: ReportDocument.Table.Cell, span: Int) -> String {
    let isNumber = place < table.columns.count && table.columns[place].kind == .number
    let tone: [String] =
      switch cell.tone {
      case .none: []
      case .good: ["good"]
      case .undecided: ["undecided"]
      case .bad: ["bad"]
      }
    // A header cell is of words unless it says otherwise, any other of numbers.
    let kind = place == 0 ? (isNumber ? ["n"] : []) : (isNumber ? [] : ["t"])
    let classes = kind + tone
    var text = place == 0 ? span > 1 ? "<th scope=rowgroup" : "<th scope=row" : "<td"
    if span > 1 { text += " rowspan=\(span)" }
    if classes.count == 1 { text += " class=\(classes[0])" }
    if classes.count > 1 { text += " class=\"\(classes.joined(separator: " "))\"" }
    return text + ">"
  }
}
