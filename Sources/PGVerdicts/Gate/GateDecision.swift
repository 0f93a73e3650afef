package import PGMeasuring
package import PGStatistics

/// Decides gates from samples, knowing nothing of tests or reports.
package struct GateDecision: Sendable {
  private let samples: SampleSet
  private let comparable: [Variant: [Block]]
  private let baseline: BaselineSource

  /// Where a gate's stored figures come from.
  package enum BaselineSource: Sendable, Hashable {
    /// No baseline was named.
    case none
    /// A baseline, and what this run is measured on.
    case stored(Baseline, here: Fingerprint)
  }

  private let identity: CaseIdentity

  /// Prepares decisions on a case's samples.
  ///
  /// - Parameter winsorisedShare: The share of a session's slowest operations that are cut down for
  ///   comparisons of time.
  package init(
    of identity: CaseIdentity, samples: SampleSet, baseline: BaselineSource = .none,
    winsorisedShare: Double = SampleSet.winsorisedShare
  ) {
    self.identity = identity
    self.samples = samples
    self.baseline = baseline
    comparable = samples.winsorised(share: winsorisedShare)
  }

  /// Decides a resolved gate (`Gate.resolved`) at a look.
  package func decide(_ gate: Gate, rules: GateRules, look: Look = .only) -> GateOutcome {
    guard let variant = gate.variant else {
      return GateOutcome(gate: gate, verdict: .refused(reason: "it names no variant"))
    }
    do throws(GateRefusal) {
      let stored = try storedCase(for: gate)
      if gate.needsBaseline, !(stored?.has(variant) ?? false) {
        return GateOutcome(gate: gate, verdict: .new)
      }
      let measurement = try GateMeasurement(
        gate, of: variant, in: samples, comparable: comparable, baseline: stored)
      let rates = rules.rates(at: look)
      return GateOutcome(
        gate: gate, verdict: measurement.verdict(rates),
        figures: GateOutcome.Figures(
          gate, variant, measurement, rates, rounds: samples[variant]?.blocks.count ?? 0,
          look: look.number + 1, looks: rules.spending.looks))
    } catch {
      return GateOutcome(gate: gate, verdict: .refused(reason: error.reason))
    }
  }

  private func storedCase(for gate: Gate) throws(GateRefusal) -> BaselineCase? {
    guard gate.needsBaseline else { return nil }
    guard case .stored(let baseline, let here) = baseline else {
      throw GateRefusal(
        reason:
          "no baseline was named: save one with PGBENCH_SAVE_BASELINE=name and name it with PGBENCH_BASELINE")
    }
    if case .baseline = gate.bound {
      let differences = baseline.fingerprint.differences(from: here)
      guard differences.isEmpty else {
        throw GateRefusal(
          reason: """
            the baseline was measured on something else, \(differences.joined(separator: "; ")): save one \
            here, or gate the ratio to a reference, which may come from another machine
            """)
      }
    } else if !baseline.fingerprint.hasSameBuild(as: here) {
      throw GateRefusal(reason: "the baseline was measured with another build mode: save it anew")
    }
    return baseline[identity]
  }
}

/// What became of a gate.
public enum Verdict: Sendable, Hashable {
  /// The measurement shows, with the gate's error rate, that the bound was exceeded.
  case regressed

  /// The measurement shows that the bound was kept: shown, not assumed.
  ///
  /// A test of non-inferiority, one side of the equivalence test of Schuirmann, Journal of Pharmacokinetics
  /// and Biopharmaceutics 15 (1987): the interval's upper end is below the bound.
  case withinTolerance

  /// The bound was kept, and the figure is shown to be better than the reference's by more than the
  /// tolerance.
  case improved

  /// Neither could be shown: the interval holds the bound.
  case inconclusive

  /// The baseline has no such case or variant yet.
  case new

  /// There was too little to decide from, or the figure means nothing here; the reason says what to do.
  case refused(reason: String)

  /// The word for it in JSON: `regressed`, `withinTolerance`, `improved`, `inconclusive`, `new` or `refused`.
  public var name: String {
    switch self {
    case .regressed: "regressed"
    case .withinTolerance: "withinTolerance"
    case .improved: "improved"
    case .inconclusive: "inconclusive"
    case .new: "new"
    case .refused: "refused"
    }
  }

  /// The same as people read it: `within tolerance`.
  public var words: String { self == .withinTolerance ? "within tolerance" : name }

  /// Why the gate was refused.
  public var reason: String? {
    guard case .refused(let reason) = self else { return nil }
    return reason
  }

  /// Whether more rounds would not change it.
  public var isFinal: Bool { self != .inconclusive }

  /// Whether the bound is shown to be kept.
  public var isKept: Bool { self == .withinTolerance || self == .improved }
}
