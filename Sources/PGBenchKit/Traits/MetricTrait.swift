import PGBenchHost
public import PGMeasuring
public import Testing

/// Reports a figure of the user's own for each operation.
public struct MetricTrait: BenchmarkSettingTrait {
  let custom: CustomMetric
}

extension Trait where Self == MetricTrait {
  /// Reports how far a counter moves with each operation of a variant, beside the kit's own metrics.
  ///
  /// - Parameter name: The name in tables and reports; one of the kit's own names or of a nearer trait wins.
  /// - Parameter unit: What the counter counts.
  /// - Parameter counter: The counter's present value, which should never fall. Read before and after each
  ///   block, from any thread.
  public static func metric(
    _ name: String, unit: Metric.Unit = .count, counter: @escaping @Sendable () -> Double
  ) -> MetricTrait {
    MetricTrait(custom: CustomMetric(metric: Metric(name, unit: unit), read: counter))
  }
}
