/// What was measured of one variant, in figures.
public struct VariantSummary: Sendable, Hashable, Codable {
  /// Whose figures these are.
  public let variant: Variant

  /// Operations ÷ wall time of the blocks, all clients together.
  public let operationsPerSecond: Double

  /// The latencies of single operations.
  public let latency: LatencySummary

  private enum CodingKeys: String, CodingKey {
    case variant = "name"
    case operationsPerSecond, latency
  }

  /// Records a variant's figures.
  public init(variant: Variant, operationsPerSecond: Double, latency: LatencySummary) {
    self.variant = variant
    self.operationsPerSecond = operationsPerSecond
    self.latency = latency
  }

  /// Summarises a series; nil when no operation or no time was measured.
  ///
  /// One run of the body counts as `operationsCounted` operations in the operations per second, and as one
  /// latency.
  public init?(of series: SampleSet.Series, operationsCounted: Int = 1) {
    let operations = series.blocks.reduce(0) { $0 + $1.operations }
    let elapsed = series.blocks.reduce(0) { $0 + $1.elapsed }
    guard operations > 0, elapsed > 0, let latency = LatencySummary(nanoseconds: series.latencies) else {
      return nil
    }
    self.init(
      variant: series.variant,
      operationsPerSecond: Double(operations) * Double(operationsCounted) * 1e9 / Double(elapsed),
      latency: latency)
  }
}
