public import PGMeasuring
public import PGStatistics

/// What a gate is about: a figure of an operation.
public enum Quantity: Sendable, Hashable {
  /// The time that an operation takes on average, the slowest twentieth cut down to one latency
  /// (`PairedRatio`).
  case time
  /// A percentile of the latencies.
  case latency(Percentile)
  /// A metric.
  case metric(Metric)

  /// What it is counted in.
  public var unit: Metric.Unit {
    guard case .metric(let metric) = self else { return .nanoseconds }
    return metric.unit
  }
}

extension Quantity: CustomStringConvertible {
  /// Such as `time`, `p99` or `allocations`.
  public var description: String {
    switch self {
    case .time: "time"
    case .latency(let percentile): percentile.label
    case .metric(let metric): metric.name
    }
  }
}
