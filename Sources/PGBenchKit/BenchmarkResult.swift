public import PGBenchCore

/// What a benchmark case measured: the returned value of `benchmark`, for assertions of your own.
///
///     let result = try await benchmark(operations) { … }
///     #expect(try result[.async].latency.p99 < .milliseconds(2))
public struct BenchmarkResult: Sendable {
  /// The variants' figures and their comparisons.
  public let analysis: Analysis

  /// The gates and what became of them.
  public let gates: [GateOutcome]

  /// The figures of a variant.
  ///
  /// Throws `BenchmarkError` if no variant of this name took part.
  public subscript(variant: Variant) -> VariantSummary {
    get throws(BenchmarkError) {
      guard let summary = analysis[variant] else {
        let names = analysis.variants.map(\.variant.name).joined(separator: ", ")
        throw BenchmarkError("No variant \"\(variant)\" took part in the benchmark; there are: \(names).")
      }
      return summary
    }
  }

  /// The paired ratio of times per operation, variant ÷ reference, with its interval; nil if it could not be estimated.
  public func ratio(of variant: Variant, to reference: Variant) -> RatioEstimate? {
    analysis.estimate(of: VariantPair(variant, against: reference))
  }
}
