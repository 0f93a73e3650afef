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
      try checkRate(of: gate.reference ?? variant)
      let stored = try storedCase(for: gate)
      if gate.needsBaseline, !(stored?.has(variant) ?? false) {
        return GateOutcome(gate: gate, verdict: .new)
      }
      let rates = rules.rates(at: look)
      if gate.quantity.comparison == .count, let reference = gate.reference {
        let counts = try CountComparison(
          gate, of: variant, to: reference, in: samples, comparable: comparable)
        let verdict = counts.verdict(rates, at: look, of: rules.spending.looks)
        return GateOutcome(
          gate: gate, verdict: verdict.final(at: look, isSuspicious: counts.isSuspicious),
          figures: GateOutcome.Figures(
            gate, variant, reference, counts, rates, rounds: samples[variant]?.blocks.count ?? 0,
            look: look.number + 1, looks: rules.spending.looks))
      }
      let measurement = try GateMeasurement(
        gate, of: variant, in: samples, comparable: comparable, baseline: stored)
      let rawMean = rawMean(of: gate)
      let verdict = measurement.verdict(rates, expectingNoChange: rules.expectsNoChange)
      let isMeanBeyond = rawMean?.isBeyond(measurement.unscaled(measurement.bound)) ?? false
      return GateOutcome(
        gate: gate,
        verdict: (verdict.isKept && isMeanBeyond ? .inconclusive : verdict).final(
          at: look,
          isSuspicious: isMeanBeyond
            || measurement.isSuspicious(expectingNoChange: rules.expectsNoChange)),
        figures: GateOutcome.Figures(
          gate, variant, measurement, rawMean, rates, rounds: samples[variant]?.blocks.count ?? 0,
          look: look.number + 1, looks: rules.spending.looks))
    } catch {
      let isOpen = error.isOfTooFew && !look.isLast
      return GateOutcome(gate: gate, verdict: isOpen ? .inconclusive : .refused(reason: error.reason))
    }
  }

  /// Whether what an earlier look found to be kept no longer is, as the mean of all sessions has come to be
  /// beyond the bound since.
  package func contradicts(_ earlier: GateOutcome, of gate: Gate) -> Bool {
    guard earlier.verdict.isKept, let bound = earlier.figures?.bound else { return false }
    return rawMean(of: gate)?.isBeyond(bound) ?? false
  }

  /// The mean of all sessions, of a gate that is held against another variant.
  private func rawMean(of gate: Gate) -> RawMean? {
    guard case .reference(let reference, _) = gate.bound,
      let own = gate.variant.flatMap({ samples[$0] }), let others = samples[reference]
    else { return nil }
    guard gate.quantity != .time else {
      // Of one session there are rounds only.
      return own.blocks.sessions.count < 2
        ? nil
        : RawMean(ofLogs: comparable.sessionLogRatios(of: own.variant, against: others.variant))
    }
    return RawMean(of: gate.quantity, in: own, against: others)
  }

  /// Throws where a rate wasn't kept, so that latencies grow for as long as they are measured: by the
  /// reference, or where there is none, by the variant itself.
  ///
  /// A variant that doesn't keep it, while its reference does, has regressed by as much.
  private func checkRate(of variant: Variant?) throws(GateRefusal) {
    guard let series = variant.flatMap({ samples[$0] }), let held = samples.heldRate(of: series),
      !held.isHeld
    else { return }
    throw GateRefusal(
      reason: """
        \(series.variant) ran its operations at \(Format.share(held.share)) of the rate: give .rate fewer in a \
        second, or the benchmark more clients
        """)
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
    // What came at another rate was another load, and one that was looked for is another figure.
    return baseline[identity].flatMap { $0.rate == samples.rate && $0.goal == samples.goal ? $0 : nil }
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

  /// Neither could be shown within the budget, and the figure is beyond the bound, or nearer to it than to no
  /// change.
  case suspect

  /// Neither could be shown: at the gate's error rates the figure may be on either side of the bound.
  case inconclusive

  /// The baseline has no such case or variant yet.
  case new

  /// There was too little to decide from, or the figure means nothing here; the reason says what to do.
  case refused(reason: String)

  /// The word for it in JSON: `regressed`, `withinTolerance`, `improved`, `suspect`, `inconclusive`, `new` or
  /// `refused`.
  public var name: String {
    switch self {
    case .regressed: "regressed"
    case .withinTolerance: "withinTolerance"
    case .improved: "improved"
    case .suspect: "suspect"
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
  public var isFinal: Bool { self != .inconclusive && self != .suspect }

  /// Whether the measurement shows something, one way or the other.
  package var isDecided: Bool { isFinal && reason == nil }

  /// Whether the bound is shown to be kept.
  public var isKept: Bool { self == .withinTolerance || self == .improved }

  /// What it is when no more rounds come.
  package func final(at look: Look, isSuspicious: Bool) -> Verdict {
    self == .inconclusive && look.isLast && isSuspicious ? .suspect : self
  }
}
