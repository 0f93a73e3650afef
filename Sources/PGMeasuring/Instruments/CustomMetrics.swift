/// A metric of the user's own: a counter that is read before and after each block.
package struct CustomMetric: Sendable {
  package let metric: Metric
  /// The counter's present value; it should never fall.
  package let read: @Sendable () -> Double

  package init(metric: Metric, read: @escaping @Sendable () -> Double) {
    self.metric = metric
    self.read = read
  }
}

/// Reads the user's own counters.
struct CustomMetrics: Instrument {
  private let custom: [CustomMetric]

  init(_ custom: [CustomMetric]) { self.custom = custom }

  var metrics: [Metric] { custom.map(\.metric) }

  func read(into reading: inout UsageReading) {
    for custom in custom { reading.note(custom.read()) }
  }

  func whyMissing(_ metric: Metric) -> String { "its counter gave no figure" }
}
