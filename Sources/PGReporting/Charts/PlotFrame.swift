/// The names of series with their marks, in lines above a plot.
struct Legend {
  private static let line = 19.0

  /// How the sample of a series is drawn.
  enum Sample {
    /// A line with a mark.
    case line
    /// A mark.
    case mark
    /// A filled square.
    case area
  }

  /// Draws the names from the top of the chart on, and returns where the space below them begins.
  static func draw(
    _ entries: [(name: String, look: ChartStyle.Look)], _ sample: Sample, into svg: inout SVG, y: Double = 4
  ) -> Double {
    var x = 8.0
    var y = y + 12
    for entry in entries.prefix(8) {
      let name = Label.shortened(entry.name, width: Chart.width - sampleWidth(sample) - 16)
      let width = sampleWidth(sample) + Label.width(name) + 12
      if x > 8, x + width > Chart.width {
        x = 8
        y += line
      }
      svg.group(entry.look.colour) { svg in
        let middle = y - 4.5
        switch sample {
        case .line:
          var path = SVGPath()
          path.horizontal(from: x, to: x + 20, y: middle)
          svg.path(path, "l \(entry.look.dash)")
          svg.mark(entry.look, x: x + 10, y: middle)
        case .mark: svg.mark(entry.look, x: x + 5, y: middle)
        case .area:
          svg.rectangle(x: x, y: y - 10, width: 11, height: 11, entry.look.isBase ? "h" : "k")
        }
      }
      svg.text(name, x: x + sampleWidth(sample), y: y)
      x += width
    }
    if entries.count > 8 {
      y += line
      svg.text("and \(entries.count - 8) more", x: 8, y: y, "f")
    }
    return y + 6
  }

  private static func sampleWidth(_ sample: Sample) -> Double {
    switch sample {
    case .line: 26
    case .mark, .area: 16
    }
  }
}

/// An axis of a chart: what it is about, and how values become distances.
package struct ChartAxis: Sendable, Hashable {
  /// What it is about, such as `operations per second`.
  package let title: String
  /// What it is counted in.
  package let unit: ChartUnit
  /// Marks by name in the place of numbers, from the least on; nil for numbers.
  package let names: [Name]?

  let kind: Scale.Kind
  let start: Scale.Start

  /// A mark of an axis.
  package struct Name: Sendable, Hashable {
    /// Where.
    package let value: Double
    /// What it says.
    package let text: String

    /// Names a value.
    package init(_ value: Double, _ text: String) {
      self.value = value
      self.text = text
    }
  }

  /// An axis on which equal differences are equally long.
  ///
  /// It begins at zero if the least value is less than half of the greatest, or if it has to.
  package static func linear(
    _ title: String, _ unit: ChartUnit, fromZero: Bool = false, names: [Name]? = nil
  ) -> ChartAxis {
    ChartAxis(title: title, unit: unit, names: names, kind: .linear, start: fromZero ? .zero : .automatic)
  }

  /// An axis of named places, such as commits, that begins with the first.
  package static func places(_ title: String, _ names: [Name]) -> ChartAxis {
    ChartAxis(title: title, unit: .number(""), names: names, kind: .linear, start: .data)
  }

  /// An axis on which equal ratios are equally long.
  package static func logarithmic(
    _ title: String, _ unit: ChartUnit, names: [Name]? = nil
  ) -> ChartAxis {
    ChartAxis(title: title, unit: unit, names: names, kind: .logarithmic, start: .data)
  }

  func scale(of values: some Sequence<Double>, ticks: Int) -> Scale {
    guard let names, kind == .linear, start == .data else {
      return Scale(kind, of: values, from: start, ticks: ticks)
    }
    return Scale(places: names.map(\.value) + values)
  }

  /// The marks with their words, and the title with the unit.
  func marks(of scale: Scale) -> (marks: [Name], title: String) {
    if let names { return (names.filter { scale.contains($0.value) }, title) }
    let (texts, unit) = unit.labels(of: scale)
    let marks = zip(scale.ticks, texts).map { Name($0, $1) }
    return (marks, unit.map { title.isEmpty ? $0 : "\(title), \($0)" } ?? title)
  }
}

/// The rectangle that data are drawn in, with its two axes.
struct PlotFrame {
  let x: Scale
  let y: Scale
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double

  /// How high the chart is, with the texts below the horizontal axis.
  let height: Double

  /// Draws two axes, with lines behind the data, below `y`.
  ///
  /// - Parameter reserve: How much room is needed for texts on the right of the data.
  init(
    _ axes: (x: ChartAxis, y: ChartAxis), _ scales: (x: Scale, y: Scale), from y: Double,
    plotHeight: Double = 180, reserve: Double, into svg: inout SVG
  ) {
    (x, self.y) = scales
    let (rows, rowTitle) = axes.y.marks(of: scales.y)
    let (columns, columnTitle) = axes.x.marks(of: scales.x)
    left = 12 + min(90, rows.map { Label.width($0.text) }.max() ?? 0)
    right = Chart.width - max(12, reserve)
    top = y + 26
    bottom = top + plotHeight
    height = bottom + 42
    let (left, right, top, bottom) = (left, right, top, bottom)

    var grid = SVGPath()
    var axis = SVGPath()
    axis.horizontal(from: left, to: right, y: bottom)
    svg.text(Label.shortened(rowTitle, width: Chart.width - 16), x: 8, y: y + 13, "f")
    svg.group("f e") { svg in
      for row in rows {
        let place = scales.y.position(row.value, from: bottom, to: top)
        if place < bottom { grid.horizontal(from: left, to: right, y: place) }
        svg.text(Label.shortened(row.text, width: left - 8), x: left - 5, y: place + 4.5)
      }
    }
    svg.group("f m") { svg in
      // From the last on, as the last tells how far the data go.
      var free = Chart.width + 10
      for column in columns.reversed() {
        let place = scales.x.position(column.value, from: left, to: right)
        let text = Label.shortened(column.text, width: 80)
        let half = Label.width(text) / 2
        let middle = min(max(place, half + 2), Chart.width - half - 2)
        guard middle + half + 8 <= free else { continue }
        axis.vertical(x: place, from: bottom, to: bottom + 4)
        svg.text(text, x: middle, y: bottom + 18)
        free = middle - half
      }
    }
    svg.text(
      Label.shortened(columnTitle, width: Chart.width - 16), x: right, y: bottom + 36, "f e")
    svg.path(grid, "g")
    svg.path(axis, "x")
  }

  /// Where a pair of values lies.
  func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (horizontal(x), vertical(y))
  }

  /// Where a value of the horizontal axis lies.
  func horizontal(_ value: Double) -> Double { x.position(value, from: left, to: right) }

  /// Where a value of the vertical axis lies.
  func vertical(_ value: Double) -> Double { y.position(value, from: bottom, to: top) }
}
