import PGBenchCore

/// A metric of the user's own: a counter that is read before and after each block.
struct CustomMetric: Sendable {
  let metric: Metric
  /// The counter's present value; it should never fall.
  let read: @Sendable () -> Double
}
