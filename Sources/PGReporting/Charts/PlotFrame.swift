/// An axis of a chart.
package struct ChartAxis: Sendable, Hashable {
  /// What it is about.
  package let title: String

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
  package static func linear(_ title: String, _ unit: ChartUnit) -> ChartAxis { ChartAxis(title: title) }

  /// An axis of named places.
  package static func places(_ title: String, _ names: [Name]) -> ChartAxis { ChartAxis(title: title) }
}
