import PGMeasuring

/// Ratios to a reference with their intervals, one below the other, and what a gate allows.
///
/// A forest plot, as meta-analyses draw it (Lewis and Clarke, "Forest plots: trying to see the wood and the
/// trees", BMJ 322, 2001).
package struct ForestChart: Sendable, Hashable {
  /// A ratio.
  package struct Row: Sendable, Hashable {
    /// What it is of, such as a case and a variant.
    package let title: String
    /// How its variant looks.
    package let look: ChartStyle.Look
    /// The ratio of times.
    package let ratio: Double
    /// The lower end of its interval.
    package let low: Double
    /// The upper end of its interval.
    package let high: Double
    /// The greatest ratio that a gate allows; nil where none does.
    package let bound: Double?
    /// Whether a difference is shown, all rows together.
    package let isShown: Bool

    /// Makes a row.
    package init(
      _ title: String, _ look: ChartStyle.Look, _ ratio: Double, low: Double, high: Double,
      bound: Double? = nil, isShown: Bool
    ) {
      self.title = title
      self.look = look
      self.ratio = ratio
      self.low = low
      self.high = high
      self.bound = bound
      self.isShown = isShown
    }
  }

  private let rows: [Row]
  private let axis: ChartAxis

  /// Makes a chart.
  ///
  /// - Parameter axis: What the ratio is, such as `time ÷ sync's`.
  package init(_ rows: [Row], axis title: String) {
    self.rows = rows
    axis = .logarithmic(title, .ratio)
  }

  /// How to read it.
  package static let guide = """
    Each row is a ratio of times to a reference's: left of the dashed line at 1 the variant takes less time, \
    right of it more. The line through the mark is the 95 % interval: nineteen in twenty of such intervals \
    hold the true ratio. A filled mark is a difference that is shown, all rows together; a hollow one is \
    not, which isn't to say that there is none. The shaded area is what a gate allows, up to its bound. An \
    arrow is an interval that goes on.
    """

  private static let left = 14.0
  private static let right = Chart.width - 14
  /// Where the interval is drawn, above a row's end.
  private static let interval = 10.0

  /// Draws the chart; rows without a finite positive ratio say that they have none.
  package func chart(name: String, title: String, summary: String, guide: String = guide) -> Chart {
    var svg = SVG()
    let scale = Scale(.logarithmic, of: rows.flatMap(\.extent) + [1], ticks: 5)
    var tops = [4.0]
    for row in rows { tops.append((tops.last ?? 4) + row.height) }
    let bottom = (rows.isEmpty ? 36 : tops.last ?? 36) + 4
    for (row, top) in zip(rows, tops) where row.bound.map(scale.contains) ?? false {
      let x = scale.position(row.bound ?? 1, from: Self.left, to: Self.right)
      svg.rectangle(x: Self.left, y: top, width: x - Self.left, height: row.height, "z")
      var edge = SVGPath()
      edge.vertical(x: x, from: top, to: top + row.height)
      svg.path(edge, "x")
    }
    ScaleLines.draw(axis, scale, from: Self.left, to: Self.right, top: 4, bottom: bottom, into: &svg)
    // Beside the intervals alone, so that it crosses no text.
    var one = SVGPath()
    let place = scale.position(1, from: Self.left, to: Self.right)
    for end in tops.dropFirst() { one.vertical(x: place, from: end - Self.interval - 7, to: end) }
    svg.path(one, "v")
    for (row, top) in zip(rows, tops) { draw(row, scale, top, into: &svg) }
    if rows.isEmpty { svg.text("No data", x: Chart.width / 2, y: 24, "f m") }
    return Chart(
      name: name, title: title, summary: summary, guide: guide, height: bottom + ScaleLines.height, svg)
  }

  private func draw(_ row: Row, _ scale: Scale, _ y: Double, into svg: inout SVG) {
    let room = Chart.width - 16
    svg.text(Label.shortened(row.title, width: room), x: 8, y: y + 15)
    let figureLine = y + row.height - 36 + 15
    svg.text(row.figure, x: Chart.width - 8, y: figureLine, "e")
    guard row.hasPlace else { return }
    func place(_ value: Double) -> Double { scale.position(value, from: Self.left, to: Self.right) }
    let middle = y + row.height - Self.interval
    var line = SVGPath()
    line.horizontal(from: place(row.low), to: place(row.high), y: middle)
    if !scale.contains(row.low) { line.arrow(x: Self.left, y: middle, by: 5) }
    if !scale.contains(row.high) { line.arrow(x: Self.right, y: middle, by: -5) }
    let isCut = Label.width(row.title) > room
    svg.group(row.look.colour) { svg in
      svg.path(line, "l", title: isCut ? Label.long("\(row.title): \(row.figure)") : nil)
      // The shape is the variant's; filled or hollow is what the interval says.
      let look = ChartStyle.Look(row.look.place, isBase: !row.isShown)
      svg.mark(look, x: place(row.ratio), y: middle)
    }
  }
}

extension ForestChart.Row {
  /// The ratio and its interval in words.
  fileprivate var figure: String {
    hasPlace ? ChartUnit.ratio.figure(ratio, low: low, high: high) : "no ratio"
  }

  /// How high the row is: with another line where the title leaves no room for the figure.
  fileprivate var height: Double {
    Label.width(title) + Label.width(figure) + 12 > Chart.width - 16 ? 53 : 36
  }

  /// Whether there is a ratio to draw.
  fileprivate var hasPlace: Bool {
    [ratio, low, high].allSatisfy { $0.isFinite && $0 > 0 } && low <= ratio && ratio <= high
  }

  /// What should be on the axis: the ratio, the bound, and as much of the interval as isn't absurd.
  fileprivate var extent: [Double] {
    guard hasPlace else { return [] }
    let center = min(max(ratio, 0.01), 100)
    let bounds = bound.map { [min(max($0, 0.1), 10)] } ?? []
    return bounds + [center, min(center, max(low, center / 4)), max(center, min(high, center * 4))]
  }
}

extension SVGPath {
  /// Draws the head of an arrow at the end of a line.
  fileprivate mutating func arrow(x: Double, y: Double, by length: Double) {
    move(x + length, y - 4)
    line(x, y)
    line(x + length, y + 4)
  }
}
