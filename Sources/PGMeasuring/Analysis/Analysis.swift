public import PGStatistics

/// Everything that follows from the samples of a case: each variant's figures and the comparisons.
///
/// A pure function of the samples: the same samples give the same analysis, to the last digit.
public struct Analysis: Sendable, Hashable {
  /// The variants' figures, in the order of the samples.
  public let variants: [VariantSummary]

  /// The comparisons that could be made: every variant against the first, then the pairs asked for.
  public let comparisons: [Comparison]

  /// The comparisons that could not be made, with reasons.
  public let missing: [MissingComparison]

  /// How noisy the case was, and what it could have seen.
  public let selfCheck: SelfCheck

  /// Analyses samples.
  ///
  /// Every variant is compared with the first, unless `againstFirst` is false. Other pairs, such as those
  /// that gates are about, are asked for by `comparing`; a pair that is there the other way round is not
  /// computed again. One run of the body counts as `operationsCounted` operations per second. For the
  /// comparisons, a share of each session's slowest operations is cut down. Throws when a variant has no
  /// samples, or a pair names a variant that is not there.
  package init(
    of samples: SampleSet, comparing pairs: [VariantPair] = [], againstFirst: Bool = true,
    operationsCounted: Int = 1,
    confidence: Double = 0.95, winsorisedShare: Double = SampleSet.winsorisedShare
  ) throws(AnalysisError) {
    let known = samples.variants
    var summaries: [VariantSummary] = []
    for series in samples.series {
      guard let summary = VariantSummary(of: series, operationsCounted: operationsCounted) else {
        throw .nothingMeasured(series.variant)
      }
      summaries.append(summary)
    }
    var wanted = againstFirst ? VariantPair.againstFirst(of: known) : []
    for pair in pairs where !wanted.contains(pair) && !wanted.contains(pair.swapped) {
      wanted.append(pair)
    }
    let blocks = samples.winsorised(share: winsorisedShare)
    var comparisons: [Comparison] = []
    var missing: [MissingComparison] = []
    for pair in wanted {
      guard let variant = blocks[pair.variant] else { throw .unknownVariant(pair.variant, known: known) }
      guard let reference = blocks[pair.reference] else {
        throw .unknownVariant(pair.reference, known: known)
      }
      do throws(PairedRatioError) {
        let estimate = try PairedRatio.estimate(
          of: variant, against: reference, confidence: confidence)
        comparisons.append(Comparison(pair: pair, estimate: estimate))
      } catch {
        missing.append(MissingComparison(pair: pair, reason: error.description))
      }
    }
    selfCheck = SelfCheck(variants: known, comparable: blocks, comparisons: comparisons)
    variants = summaries
    self.comparisons = comparisons
    self.missing = missing
  }

  /// The figures of a variant, if it took part.
  public subscript(variant: Variant) -> VariantSummary? {
    variants.first { $0.variant == variant }
  }

  /// The estimate for a pair, whichever way round it was computed; nil when it could not be, or was not asked
  /// for.
  public func estimate(of pair: VariantPair) -> RatioEstimate? {
    for comparison in comparisons {
      if comparison.pair == pair { return comparison.estimate }
      if comparison.pair == pair.swapped { return comparison.estimate.inverted }
    }
    return nil
  }
}

/// Two variants compared: which with which, and the estimate.
public struct Comparison: Sendable, Hashable {
  /// The variant in question and its reference.
  public let pair: VariantPair

  /// The ratio of their times per operation.
  public let estimate: RatioEstimate

  /// Records a comparison.
  public init(pair: VariantPair, estimate: RatioEstimate) {
    self.pair = pair
    self.estimate = estimate
  }
}

extension Comparison: Codable {
  private enum CodingKeys: String, CodingKey {
    case variant, reference
  }

  /// Reads the names and the estimate from one flat object.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pair = VariantPair(
      try container.decode(Variant.self, forKey: .variant),
      against: try container.decode(Variant.self, forKey: .reference))
    estimate = try RatioEstimate(from: decoder)
  }

  /// Writes the names and the estimate into one flat object.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pair.variant, forKey: .variant)
    try container.encode(pair.reference, forKey: .reference)
    try estimate.encode(to: encoder)
  }
}

/// Two variants that should have been compared and could not be.
public struct MissingComparison: Sendable, Hashable, Codable {
  /// The variant in question.
  public let variant: Variant

  /// Its reference.
  public let reference: Variant

  /// Why there is no estimate, and what to do.
  public let reason: String

  /// Records why two variants were not compared.
  public init(pair: VariantPair, reason: String) {
    variant = pair.variant
    reference = pair.reference
    self.reason = reason
  }

  /// The variant in question and its reference.
  public var pair: VariantPair { VariantPair(variant, against: reference) }
}

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
    let elapsed = series.blocks.reduce(0) { $0 + $1.taken }
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

/// Why samples could not be analysed.
public enum AnalysisError: Error, Sendable, Hashable {
  /// A variant ran no operation, or in no time.
  case nothingMeasured(Variant)

  /// A comparison names a variant that the benchmark does not have.
  case unknownVariant(Variant, known: [Variant])
}

extension AnalysisError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .nothingMeasured(let variant):
      return "Nothing was measured of \(variant): give the case a longer budget, or at least one operation."
    case .unknownVariant(let variant, let known):
      let names = known.map(\.name).joined(separator: ", ")
      return "The benchmark has no variant called \(variant). It has \(names): use one of these in the gate."
    }
  }
}
