/// Horizontal bars from zero in groups, each with its figure beside it and a whisker for its interval.
///
/// Bars without a finite value, or with a negative one, have no length, and say so.
package struct BarChart: Sendable, Hashable {
  /// A bar.
  package struct Bar: Sendable, Hashable {
    /// What it is called, such as a variant.
    package let name: String
    /// How it looks.
    package let look: ChartStyle.Look
    /// How long it is.
    package let value: Double
    /// The lower end of its interval; nil where there is none.
    package let low: Double?
    /// The upper end of its interval.
    package let high: Double?

    /// Makes a bar.
    package init(
      _ name: String, _ look: ChartStyle.Look, _ value: Double, low: Double? = nil, high: Double? = nil
    ) {
      self.name = name
      self.look = look
      self.value = value
      self.low = low
      self.high = high
    }
  }

  /// Bars that are read together.
  package struct Group: Sendable, Hashable {
    /// What they are of, such as a case.
    package let title: String
    /// The bars.
    package let bars: [Bar]

    /// Makes a group.
    package init(_ title: String, _ bars: [Bar]) {
      self.title = title
      self.bars = bars
    }
  }

  private let groups: [Group]
  private let axis: ChartAxis

  /// Makes a chart; its axis begins at zero, whatever else it says.
  package init(_ groups: [Group], axis: ChartAxis) {
    self.groups = groups
    self.axis = axis
  }

  /// How to read a chart of operations per second.
  package static let guide = """
    Each bar is a variant of a case, from zero, so that a bar twice as long is twice as many operations per \
    second. The thin line over its end is the 95 % interval between sessions. Where the intervals of two \
    variants overlap, this chart can't tell them apart; their ratio, which is measured within rounds, may.
    """

  private static let title = 24.0
  private static let row = 19.0

  /// Draws the chart.
  package func chart(name: String, title: String, summary: String, guide: String = guide) -> Chart {
    var svg = SVG()
    let bars = groups.flatMap(\.bars)
    let scale = Scale(.linear, of: bars.flatMap { [$0.shown] + $0.interval }, from: .zero, ticks: 4)
    let left = 14 + min(100, bars.map { Label.width($0.name) }.max() ?? 0)
    let reserve = bars.map { Label.width(figure($0)) }.max() ?? 0
    let right = max(left + 60, Chart.width - reserve - 12)
    var heights = groups.map { Self.title + Double($0.bars.count) * Self.row }
    if groups.isEmpty { heights = [Self.title] }
    let bottom = 4 + heights.reduce(0, +) + 4
    ScaleLines.draw(axis, scale, from: left, to: right, top: 4, bottom: bottom, into: &svg)
    var y = 4.0
    for group in groups {
      let title = Label.shortened(group.title, width: Chart.width - 16, isBold: true)
      svg.text(title, x: 8, y: y + 17, "b")
      y += Self.title
      for bar in group.bars {
        draw(bar, of: group, scale, left, right, y, into: &svg)
        y += Self.row
      }
    }
    if bars.isEmpty { svg.text("No data", x: Chart.width / 2, y: 18, "f m") }
    return Chart(
      name: name, title: title, summary: summary, guide: guide, height: bottom + ScaleLines.height, svg)
  }

  private func figure(_ bar: Bar) -> String {
    let width = bar.interval.count == 2 ? bar.interval[1] - bar.interval[0] : nil
    let unit: ChartUnit = if case .number = axis.unit { .number("") } else { axis.unit }
    return bar.value.isFinite ? unit.figure(bar.value, width: width) : "no figure"
  }

  private func draw(
    _ bar: Bar, of group: Group, _ scale: Scale, _ left: Double, _ right: Double, _ y: Double,
    into svg: inout SVG
  ) {
    let end = scale.position(bar.shown, from: left, to: right)
    let ends = bar.interval.map { scale.position($0, from: left, to: right) }
    let middle = y + 8
    svg.text(Label.shortened(bar.name, width: left - 14), x: left - 5, y: middle + 4.5, "e")
    let figure = axis.unit.figure(bar.value, low: bar.interval.first, high: bar.interval.last)
    let words = "\(bar.name): \(figure)"
    let isCut = Label.width(group.title) > Chart.width - 40
    svg.rectangle(
      x: left, y: y + 1, width: end - left, height: 14,
      "\(bar.look.colour) \(bar.look.isBase ? "h" : "k")",
      title: Label.long(isCut ? "\(group.title), \(words)" : words))
    if ends.count == 2 {
      var whisker = SVGPath()
      whisker.horizontal(from: ends[0], to: ends[1], y: middle)
      for end in ends { whisker.vertical(x: end, from: middle - 4, to: middle + 4) }
      svg.path(whisker, "w")
    }
    svg.text(self.figure(bar), x: max(end, ends.last ?? end) + 6, y: middle + 4.5)
  }
}

extension BarChart.Bar {
  /// How long it is drawn.
  fileprivate var shown: Double { value.isFinite ? max(0, value) : 0 }

  /// Both ends of its interval; none where it has none, or one that doesn't hold the value.
  fileprivate var interval: [Double] {
    guard let low, let high, low.isFinite, high.isFinite, low <= value, value <= high else { return [] }
    return [max(0, low), max(0, high)]
  }
}

/// A horizontal axis below rows, with lines behind them.
enum ScaleLines {
  /// How much room the texts below the rows take.
  static let height = 42.0

  /// Draws the axis.
  static func draw(
    _ axis: ChartAxis, _ scale: Scale, from left: Double, to right: Double, top: Double, bottom: Double,
    into svg: inout SVG
  ) {
    let (marks, title) = axis.marks(of: scale)
    var grid = SVGPath()
    svg.group("f m") { svg in
      var free = -10.0
      for mark in marks {
        let x = scale.position(mark.value, from: left, to: right)
        grid.vertical(x: x, from: top, to: bottom + 4)
        let half = Label.width(mark.text) / 2
        let middle = min(max(x, half + 2), Chart.width - half - 2)
        guard middle - half >= free else { continue }
        svg.text(mark.text, x: middle, y: bottom + 18)
        free = middle + half + 4
      }
    }
    svg.path(grid, "g")
    svg.text(Label.shortened(title, width: Chart.width - 16), x: Chart.width - 8, y: bottom + 36, "f e")
  }
}
