/// All that was measured of one case: what the sampler hands to the statistics.
public struct SampleSet: Sendable, Hashable {
  /// What was measured of one variant.
  public struct Series: Sendable, Hashable {
    /// Whose samples these are.
    public let variant: Variant

    /// The blocks in the order in which they ran.
    public var blocks: [Block]

    /// The latency of each operation in nanoseconds, all clients together, block after block.
    public var latencies: [Int]

    /// Collects a variant's samples.
    public init(variant: Variant, blocks: [Block] = [], latencies: [Int] = []) {
      self.variant = variant
      self.blocks = blocks
      self.latencies = latencies
    }
  }

  /// What ran before the measurement, and was not measured.
  public struct WarmUp: Sendable, Hashable, Codable {
    /// How many operations ran, all variants and sessions together.
    public var operations: Int

    /// How long they took, in nanoseconds.
    public var duration: Int

    /// Records a warm-up.
    public init(operations: Int = 0, duration: Int = 0) {
      self.operations = operations
      self.duration = duration
    }
  }

  /// One series for each variant, in the order in which the benchmark named them.
  public var series: [Series]

  /// The warm-up.
  public var warmUp: WarmUp

  /// Collects the samples of a case.
  public init(series: [Series], warmUp: WarmUp = WarmUp()) {
    self.series = series
    self.warmUp = warmUp
  }

  /// The variants in their order.
  public var variants: [Variant] { series.map(\.variant) }

  /// The samples of a variant, if it took part.
  public subscript(variant: Variant) -> Series? {
    series.first { $0.variant == variant }
  }
}
