/// Lines of figures over numbers.
package struct LineChart: Sendable, Hashable {
  /// A figure.
  package struct Point: Sendable, Hashable {
    /// Where it stands from left to right.
    package let x: Double
    /// The figure.
    package let y: Double
    /// The ends of its interval; nil where it has none.
    package let low: Double?
    package let high: Double?
  }

  /// A line.
  package struct Series: Sendable, Hashable {
    /// What it is called.
    package let name: String
    /// Its points from left to right.
    package let points: [Point]
  }

  /// A mark at a place of the axis below.
  package struct Marker: Sendable, Hashable {
    /// Where it is.
    package let x: Double
    /// What is said of it.
    package let label: String
  }

  package let series: [Series]
  package let xTitle: String
  package let yTitle: String
  package let markers: [Marker]

  /// The picture.
  package func chart(name: String, title: String, summary: String, guide: String) -> Chart {
    Chart(name: name, title: title, summary: summary, guide: guide, markup: "<svg></svg>")
  }
}
