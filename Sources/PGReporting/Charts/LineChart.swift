/// Lines over an axis, such as operations per second over the count, or a ratio over commits.
///
/// Points without finite numbers are left out, as are those of 0 and below on a logarithmic axis. Lines go
/// through the points in their order.
package struct LineChart: Sendable, Hashable {
  /// A point of a line.
  package struct Point: Sendable, Hashable {
    /// On the horizontal axis.
    package let x: Double
    /// On the vertical axis.
    package let y: Double
    /// The lower end of its interval; nil where there is none.
    package let low: Double?
    /// The upper end of its interval.
    package let high: Double?
    /// What its tooltip calls it, such as a commit; nil for its number.
    package let note: String?

    /// Makes a point.
    package init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil, note: String? = nil) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
      self.note = note
    }
  }

  /// A line.
  package struct Series: Sendable, Hashable {
    /// What it is called.
    package let name: String
    /// How it looks.
    package let look: ChartStyle.Look
    /// Its points, from the left.
    package let points: [Point]

    /// Makes a line.
    package init(_ name: String, _ look: ChartStyle.Look, _ points: [Point]) {
      self.name = name
      self.look = look
      self.points = points
    }
  }

  /// A place on the horizontal axis that is pointed out, such as a commit from which on times are others.
  package struct Marker: Sendable, Hashable {
    /// Where.
    package let x: Double
    /// What it says, in a word or two.
    package let text: String

    /// Points a place out.
    package init(_ x: Double, _ text: String) {
      self.x = x
      self.text = text
    }
  }

  private let series: [Series]
  private let axes: (x: ChartAxis, y: ChartAxis)
  private let markers: [Marker]
  private let levels: [Double]

  /// Makes a chart.
  ///
  /// - Parameter levels: Values of the vertical axis that lines are held against, such as a ratio of 1.
  package init(
    _ series: [Series], x: ChartAxis, y: ChartAxis, markers: [Marker] = [], levels: [Double] = []
  ) {
    self.series = series
    axes = (x, y)
    self.markers = markers.filter(\.x.isFinite)
    self.levels = levels.filter(\.isFinite)
  }

  package static func == (a: LineChart, b: LineChart) -> Bool {
    a.series == b.series && a.axes == b.axes && a.markers == b.markers && a.levels == b.levels
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(series)
    hasher.combine(axes.x)
    hasher.combine(axes.y)
    hasher.combine(markers)
    hasher.combine(levels)
  }

  /// How to read a chart of operations per second over the count.
  package static let guide = """
    Each point is a case: further right it runs more operations, and higher up more of them in a second. The \
    count's axis is logarithmic: equal distances are equal ratios. The shaded band is the 95 % interval \
    between sessions. Where the bands of two variants overlap, this chart can't tell them apart; their \
    ratio, which is measured within rounds, may. The vertical axis need not begin at zero.
    """

  /// Draws the chart.
  package func chart(name: String, title: String, summary: String, guide: String) -> Chart {
    var svg = SVG()
    let shown = series.map { Series($0.name, $0.look, $0.points.filter(hasPlace)) }
    let points = shown.flatMap(\.points)
    let y = Legend.draw(shown.map { ($0.name, $0.look) }, .line, into: &svg) + (markers.isEmpty ? 0 : 16)
    let scales = (
      axes.x.scale(of: points.map(\.x) + markers.map(\.x), ticks: 5),
      axes.y.scale(of: points.flatMap { [$0.y] + interval($0) } + levels, ticks: 5)
    )
    let ends = endLabels(of: shown)
    let frame = PlotFrame(
      axes, scales, from: y, reserve: (ends.map { Label.width($0.text) }.max() ?? 0) + 10, into: &svg)
    drawLevels(frame, into: &svg)
    // All bands are behind all lines, which would be dull below another's.
    for one in shown { svg.path(band(one, frame), "\(one.look.colour) d") }
    for one in shown {
      svg.group(one.look.colour) { svg in
        svg.path(line(one, frame), "l \(one.look.dash)")
        drawMarks(one, frame, hasTitles: points.count <= 120, into: &svg)
      }
    }
    drawMarkers(frame, into: &svg)
    drawEndLabels(ends, frame, into: &svg)
    if points.isEmpty {
      svg.text("No data", x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2, "f m")
    }
    return Chart(
      name: name, title: title, summary: summary, guide: guide, height: frame.height, svg)
  }

  private func hasPlace(_ point: Point) -> Bool {
    point.x.isFinite && point.y.isFinite && (axes.x.kind == .linear || point.x > 0)
      && (axes.y.kind == .linear || point.y > 0)
  }

  /// Both ends of a point's interval; none if it has none, or one that doesn't hold the point.
  private func interval(_ point: Point) -> [Double] {
    guard let low = point.low, let high = point.high, low.isFinite, high.isFinite, low <= point.y,
      point.y <= high
    else { return [] }
    return [low, high]
  }

  /// The intervals of neighbouring points as areas; of a point alone, nothing (`drawMarks`).
  private func band(_ series: Series, _ frame: PlotFrame) -> SVGPath {
    var path = SVGPath()
    for run in series.points.split(whereSeparator: { interval($0).isEmpty }) where run.count > 1 {
      let ends = run.map { (frame.horizontal($0.x), interval($0).map(frame.vertical)) }
      for (index, end) in ends.enumerated() {
        if index == 0 { path.move(end.0, end.1[1]) } else { path.line(end.0, end.1[1]) }
      }
      for end in ends.reversed() { path.line(end.0, end.1[0]) }
      path.close()
    }
    return path
  }

  private func line(_ series: Series, _ frame: PlotFrame) -> SVGPath {
    var path = SVGPath()
    guard series.points.count > 1 else { return path }
    for (index, point) in series.points.enumerated() {
      let place = frame.place(point.x, point.y)
      if index == 0 { path.move(place.x, place.y) } else { path.line(place.x, place.y) }
    }
    return path
  }

  private func drawMarks(_ series: Series, _ frame: PlotFrame, hasTitles: Bool, into svg: inout SVG) {
    if series.points.count == 1, let point = series.points.first, interval(point).count == 2 {
      var whisker = SVGPath()
      let ends = interval(point).map(frame.vertical)
      whisker.vertical(x: frame.horizontal(point.x), from: ends[0], to: ends[1])
      svg.path(whisker, "l")
    }
    guard hasTitles else {
      var path = SVGPath()
      for point in series.points {
        let place = frame.place(point.x, point.y)
        path.dot(place.x, place.y)
      }
      return svg.path(path, "q o")
    }
    for point in series.points {
      let place = frame.place(point.x, point.y)
      svg.mark(series.look, x: place.x, y: place.y, title: title(of: point, in: series))
    }
  }

  private func title(of point: Point, in series: Series) -> String {
    let name = axes.x.names?.first { $0.value == point.x }?.text
    let place = point.note ?? name ?? axes.x.unit.figure(point.x)
    let ends = interval(point)
    let figure = axes.y.unit.figure(point.y, low: ends.first, high: ends.last)
    return Label.long("\(series.name), \(place): \(figure)")
  }

  private func drawLevels(_ frame: PlotFrame, into svg: inout SVG) {
    var path = SVGPath()
    for level in levels { path.horizontal(from: frame.left, to: frame.right, y: frame.vertical(level)) }
    svg.path(path, "v")
  }

  private func drawMarkers(_ frame: PlotFrame, into svg: inout SVG) {
    var path = SVGPath()
    for marker in markers {
      path.vertical(x: frame.horizontal(marker.x), from: frame.top - 4, to: frame.bottom)
    }
    svg.path(path, "v")
    svg.group("m") { svg in
      var free = 0.0
      for marker in markers.sorted(by: { $0.x < $1.x }) {
        let text = Label.shortened(marker.text, width: 120)
        let half = Label.width(text) / 2
        let middle = min(max(frame.horizontal(marker.x), half + 4), Chart.width - half - 4)
        guard middle - half >= free else { continue }
        svg.text(text, x: middle, y: frame.top - 9)
        free = middle + half + 6
      }
    }
  }

  private struct EndLabel {
    let text: String
    let y: Double
  }

  /// The last value of each line, in words; none where there are too many lines.
  private func endLabels(of series: [Series]) -> [EndLabel] {
    guard series.count <= 4 else { return [] }
    return series.compactMap { one in
      guard let last = one.points.last else { return nil }
      let ends = interval(last)
      let width = ends.count == 2 ? ends[1] - ends[0] : nil
      let unit: ChartUnit = if case .number = axes.y.unit { .number("") } else { axes.y.unit }
      return EndLabel(text: unit.figure(last.y, width: width), y: last.y)
    }
  }

  private func drawEndLabels(_ labels: [EndLabel], _ frame: PlotFrame, into svg: inout SVG) {
    // From the highest on, each at least a line below the one before.
    var free = frame.top - 10
    for label in labels.sorted(by: { $0.y > $1.y }) {
      let y = max(frame.vertical(label.y) + 4.5, free)
      svg.text(label.text, x: frame.right + 7, y: y)
      free = y + 14
    }
  }
}
