public import PGBenchCore
import PGBenchHost
public import Testing

/// What a benchmark case measured: the returned value of `benchmark`, for assertions of your own.
///
///     let result = try await benchmark(operations) { … }
///     #expect(try result[.async].latency.p99 < .milliseconds(2))
public struct BenchmarkResult: Sendable {
  /// The variants' figures and their comparisons.
  public let analysis: Analysis

  /// The gates and what became of them.
  public let gates: [GateOutcome]

  let samples: SampleSet
  let caseGates: CaseGates

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

  /// Holds what was measured against one more gate, here in the test's body; what it finds is an issue on this line.
  ///
  /// It doesn't make the case go on for longer, as a trait may. Throws `GateError` or `BenchmarkError` for a gate that can't be
  /// decided on this benchmark.
  @discardableResult
  public func check(_ gate: Gate, sourceLocation: SourceLocation = #_sourceLocation) throws -> [GateOutcome] {
    try gate.validate(metrics: caseGates.metrics)
    for variant in [gate.variant, gate.reference].compactMap(\.self) { _ = try self[variant] }
    let entries = gate.resolved(for: caseGates.variants, tolerance: caseGates.tolerance).map {
      CaseGates.entry($0)
    }
    let outcomes = caseGates.explained(
      caseGates.outcomes(entries, of: samples, look: .only), entries, analysis: analysis)
    caseGates.record(outcomes, sourceLocation: sourceLocation)
    return outcomes
  }

  /// The paired ratio of times per operation, variant ÷ reference, with its interval; nil if it could not be estimated.
  public func ratio(of variant: Variant, to reference: Variant) -> RatioEstimate? {
    analysis.estimate(of: VariantPair(variant, against: reference))
  }
}
