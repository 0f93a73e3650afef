/// Which charts a page has room for, and how they stand in it.
struct HTMLCharts {
  /// How many bytes a page should have at most.
  ///
  /// Tables are always whole; it is charts that are left out.
  static let greatestPage = 290_000

  private let shown: Set<String>
  private var guides: [String: String] = [:]
  /// How many were left out.
  private(set) var leftOut = 0

  /// Chooses the charts of the parts of a document, each of them in order: of every part first one of each
  /// kind, then the others, as long as there is room.
  ///
  /// Charts that are read in the same way are of one kind.
  init(_ parts: [[Chart]], room: Int) {
    var ranked: [(rank: Int, place: Int, chart: Chart)] = []
    for charts in parts {
      var kinds: [String: Int] = [:]
      for (place, chart) in charts.enumerated() {
        ranked.append((kinds[chart.guide, default: 0], place, chart))
        kinds[chart.guide, default: 0] += 1
      }
    }
    var room = room
    var shown: Set<String> = []
    for (_, _, chart) in ranked.sorted(by: { ($0.rank, $0.place) < ($1.rank, $1.place) }) {
      // The figure around it, with its caption and its label.
      let size = chart.markup.utf8.count + 2 * chart.title.utf8.count + 250
      guard size <= room else { continue }
      room -= size
      shown.insert(chart.name)
    }
    self.shown = shown
  }

  /// A chart as a figure; nothing where there was no room.
  ///
  /// How it is read is said once for each kind; the others point there.
  mutating func figure(_ chart: Chart, names: inout HTMLNames) -> String {
    guard shown.contains(chart.name) else {
      leftOut += 1
      return ""
    }
    let name = names.name("chart", of: chart.name)
    let guide: String
    if let first = guides[chart.guide] {
      guide = "<p class=guide><a href=\"#\(first)\">How to read this</a></p>"
    } else {
      let first = names.name("guide")
      guides[chart.guide] = first
      guide =
        "<details id=\"\(first)\"><summary>How to read this</summary><p>\(HTMLText.isolated(chart.guide))</p>"
        + "</details>"
    }
    return "<figure id=\"\(name)\">\n<figcaption>\(HTMLText.isolated(chart.title))</figcaption>\n"
      + "\(chart.markup)\n\(guide)\n</figure>\n"
  }

  /// What a reader should know of those that were left out; nil where none were.
  func notice(folder: String?) -> String? {
    guard leftOut > 0 else { return nil }
    let place = folder.map { "; they are in the folder \($0) beside it" } ?? ""
    return "Left out to keep this page small: \(leftOut) charts\(place). All figures are in the tables."
  }
}
