/// Lines over an axis.
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
    /// What it is called; nil for its number.
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
    /// Its points, from the left.
    package let points: [Point]

    /// Makes a line.
    package init(_ name: String, _ look: ChartStyle.Look, _ points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// A place on the horizontal axis that is pointed out.
  package struct Marker: Sendable, Hashable {
    /// Where.
    package let x: Double
    /// What it says.
    package let text: String

    /// Points a place out.
    package init(_ x: Double, _ text: String) {
      self.x = x
      self.text = text
    }
  }

  /// Makes a chart.
  package init(
    _ series: [Series], x: ChartAxis, y: ChartAxis, markers: [Marker] = [], levels: [Double] = []
  ) {}

  /// Draws the chart.
  package func chart(name: String, title: String, summary: String, guide: String) -> Chart {
    Chart(name: name, title: title, summary: summary, guide: guide, markup: "<svg></svg>")
  }
}
