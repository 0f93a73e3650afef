package import PGMeasuring

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
