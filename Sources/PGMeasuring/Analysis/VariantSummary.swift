public import PGStatistics

/// What was measured of one variant, in figures.
public struct VariantSummary: Sendable, Hashable, Codable {
  /// Whose figures these are.
  public let variant: Variant

  /// Operations ÷ wall time of the blocks, all clients together.
  public let operationsPerSecond: Double

  /// The latencies of single operations.
  public let latency: LatencySummary

  /// What an operation used besides time.
  public let metrics: [MetricSummary]

  /// Where its time went; nil where that isn't known.
  public let account: LatencyAccount?

  private enum CodingKeys: String, CodingKey {
    case variant = "name"
    case operationsPerSecond, latency, metrics, account
  }

  /// Records a variant's figures.
  public init(
    variant: Variant, operationsPerSecond: Double, latency: LatencySummary, metrics: [MetricSummary] = [],
    account: LatencyAccount? = nil
  ) {
    self.variant = variant
    self.operationsPerSecond = operationsPerSecond
    self.latency = latency
    self.metrics = metrics
    self.account = account
  }

  /// Reads the figures; reports of earlier versions have no metrics.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      variant: try container.decode(Variant.self, forKey: .variant),
      operationsPerSecond: try container.decode(Double.self, forKey: .operationsPerSecond),
      latency: try container.decode(LatencySummary.self, forKey: .latency),
      metrics: try container.decodeIfPresent([MetricSummary].self, forKey: .metrics) ?? [],
      account: try container.decodeIfPresent(LatencyAccount.self, forKey: .account))
  }

  /// A metric's figure for each operation, or as a whole; nil where there is none.
  public subscript(metric: Metric) -> Double? { metrics.first { $0.metric == metric }?.value }

  /// Summarises a series; nil when no operation or no time was measured.
  ///
  /// One run of the body counts as `operationsCounted` operations in the operations per second, and as one
  /// latency.
  package init?(of series: SampleSet.Series, operationsCounted: Int = 1) {
    let operations = series.blocks.reduce(0) { $0 + $1.operations }
    let elapsed = series.blocks.reduce(0) { $0 + $1.elapsed }
    guard operations > 0, elapsed > 0, let latency = LatencySummary(nanoseconds: series.latencies) else {
      return nil
    }
    var measured: Set<Metric> = []
    for block in series.blocks { measured.formUnion(block.usage.keys) }
    measured.formUnion(series.unusable.keys)
    let metrics =
      measured.sorted(by: Metric.comesFirst).compactMap { metric in
        if let reason = series.unusable[metric] {
          return MetricSummary(metric, .notAvailable(reason: reason))
        }
        return MetricEstimate.perOperation(metric, in: series.blocks).map {
          MetricSummary(metric, .value($0))
        }
      } + series.attribution
    self.init(
      variant: series.variant,
      operationsPerSecond: Double(operations) * Double(operationsCounted) * 1e9 / Double(elapsed),
      latency: latency, metrics: metrics,
      account: LatencyAccount(wallTime: Double(elapsed) / Double(operations), metrics: metrics))
  }
}
