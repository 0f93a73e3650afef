/// The distribution of the latencies of single operations.
///
/// Percentiles are exact, over every sample that was taken. All of them are given whatever the number of
/// samples; `supported` lists those with enough samples beyond them to mean something.
public struct LatencySummary: Sendable, Hashable {
  /// How many operations were measured.
  public let count: Int

  /// The arithmetic mean, to the nanosecond.
  public let mean: Duration

  /// The standard deviation of the sample (divided by n − 1), to the nanosecond; zero for one operation.
  public let standardDeviation: Duration

  /// The fastest operation.
  public let min: Duration

  /// The slowest operation.
  public let max: Duration

  package let percentiles: [Percentile: Duration]

  package init(
    count: Int, mean: Duration, standardDeviation: Duration, min: Duration, max: Duration,
    percentiles: [Percentile: Duration]
  ) {
    self.count = count
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.min = min
    self.max = max
    self.percentiles = percentiles
  }

  /// Summarises latencies in nanoseconds, in any order; nil when there are none.
  public init?(nanoseconds latencies: [Int]) {
    let sorted = RadixSort.sorted(latencies)
    guard let first = sorted.first, let last = sorted.last else { return nil }
    count = sorted.count
    min = .nanoseconds(first)
    max = .nanoseconds(last)

    let mean = sorted.reduce(0.0) { $0 + Double($1) } / Double(sorted.count)
    let squares = sorted.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = sorted.count > 1 ? (squares / Double(sorted.count - 1)).squareRoot() : 0
    self.mean = .nanoseconds(Int(mean.rounded()))
    standardDeviation = .nanoseconds(Int(deviation.rounded()))

    var percentiles: [Percentile: Duration] = [:]
    for percentile in Percentile.allCases {
      percentiles[percentile] = .nanoseconds(sorted[percentile.rank(of: sorted.count)])
    }
    self.percentiles = percentiles
  }

  /// A percentile.
  public subscript(percentile: Percentile) -> Duration {
    percentiles[percentile] ?? max
  }

  /// The median.
  public var p50: Duration { self[.p50] }
  /// The 90th percentile.
  public var p90: Duration { self[.p90] }
  /// The 95th percentile.
  public var p95: Duration { self[.p95] }
  /// The 99th percentile.
  public var p99: Duration { self[.p99] }
  /// The 99.9th percentile.
  public var p999: Duration { self[.p999] }

  /// Whether a percentile has enough samples beyond it (see `Percentile.samplesNeeded`).
  public func supports(_ percentile: Percentile) -> Bool {
    count >= percentile.samplesNeeded
  }

  /// The percentiles with enough samples beyond them.
  public var supported: [Percentile] { Percentile.allCases.filter(supports) }
}
