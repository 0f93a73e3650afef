import PGBenchHost
public import PGMeasuring
public import PGStatistics
public import PGVerdicts
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
  /// Nil where another process has the result.
  let caseGates: CaseGates?
  private let elsewhere: BenchmarkError?

  init(analysis: Analysis, gates: [GateOutcome], samples: SampleSet, caseGates: CaseGates) {
    self.analysis = analysis
    self.gates = gates
    self.samples = samples
    self.caseGates = caseGates
    elsewhere = nil
  }

  /// The result of a case that `pgbench-kit gate` has measured: nothing in it, so that the test's body can go
  /// on.
  init(elsewhere identity: CaseIdentity) throws(AnalysisError) {
    samples = SampleSet(series: [])
    analysis = try Analysis(of: samples)
    gates = []
    caseGates = nil
    elsewhere = .resultElsewhere(identity)
  }

  /// The figures of a variant.
  ///
  /// Throws `BenchmarkError` if no variant of this name took part, and in a run of `pgbench-kit gate`, which
  /// has the figures itself.
  public subscript(variant: Variant) -> VariantSummary {
    get throws(BenchmarkError) {
      if let elsewhere { throw elsewhere }
      guard let summary = analysis[variant] else {
        let names = analysis.variants.map(\.variant.name).joined(separator: ", ")
        throw BenchmarkError("No variant \"\(variant)\" took part in the benchmark; there are: \(names).")
      }
      return summary
    }
  }

  /// Holds what was measured against one more gate, here in the test's body; what it finds is an issue on
  /// this line.
  ///
  /// It doesn't make the case go on for longer, as a trait may. Throws `GateError` or `BenchmarkError` for a
  /// gate that can't be decided on this benchmark. In a run of `pgbench-kit gate` there is nothing to hold,
  /// and so no outcome.
  @discardableResult
  public func check(_ gate: Gate, sourceLocation: SourceLocation = #_sourceLocation) throws -> [GateOutcome] {
    guard let caseGates else {
      try gate.validate()
      return []
    }
    try gate.validate(metrics: caseGates.metrics)
    for variant in [gate.variant, gate.reference].compactMap(\.self) { _ = try self[variant] }
    let gates = gate.resolved(for: caseGates.variants, tolerance: caseGates.tolerance).flatMap {
      CaseGates.planned($0, caseGates.questions, goal: caseGates.goal, of: caseGates.test, run: caseGates.run)
    }
    let plan = caseGates.plan.with(gates)
    let outcomes = caseGates.explained(
      plan.outcomes(of: samples, at: .only), of: plan.gates(on: samples), analysis: analysis)
    caseGates.record(outcomes, sourceLocation: sourceLocation)
    return outcomes
  }

  /// The paired ratio of times per operation, variant ÷ reference, with its interval; nil if it could not be
  /// estimated.
  public func ratio(of variant: Variant, to reference: Variant) -> RatioEstimate? {
    analysis.estimate(of: VariantPair(variant, against: reference))
  }
}

extension BenchmarkError {
  /// What is said where figures are asked for that are with `pgbench-kit gate`, which ran the case.
  static func resultElsewhere(_ identity: CaseIdentity) -> BenchmarkError {
    BenchmarkError("\(identity) \(resultIsElsewhere)")
  }

  /// Whether it says that.
  var isOfResultElsewhere: Bool { description.hasSuffix(Self.resultIsElsewhere) }

  private static let resultIsElsewhere =
    "took part in a comparison of commits, which has its figures: there are none here."
}
