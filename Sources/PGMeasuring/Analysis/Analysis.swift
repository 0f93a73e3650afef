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
