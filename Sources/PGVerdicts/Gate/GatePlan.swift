public import PGMeasuring
public import PGStatistics

/// A gate with its error rates and looks, fixed before anything is measured.
package struct PlannedGate: Sendable, Hashable {
  /// The gate, of one variant and with a tolerance.
  package let gate: Gate
  /// Its error rates and looks.
  package let rules: GateRules
  /// Whether there is no such gate where nothing has measured its metric; else it is refused there.
  package let isOptional: Bool

  /// Plans a gate.
  package init(_ gate: Gate, rules: GateRules, isOptional: Bool = false) {
    self.gate = gate
    self.rules = rules
    self.isOptional = isOptional
  }
}

/// The gates of a case, and what its samples decide them by.
package struct GatePlan: Sendable {
  /// Which case.
  package let identity: CaseIdentity
  /// Its gates.
  package let gates: [PlannedGate]
  /// Where stored figures come from.
  package let baseline: GateDecision.BaselineSource
  /// The share of a session's slowest operations that are cut down for comparisons of time.
  package let winsorisedShare: Double
  /// Why gates on figures that optimisation changes are refused; nil if they are not.
  package let refusalOfUnoptimised: String?

  /// Plans the gates of a case.
  package init(
    of identity: CaseIdentity, _ gates: [PlannedGate], baseline: GateDecision.BaselineSource = .none,
    winsorisedShare: Double = SampleSet.winsorisedShare, refusalOfUnoptimised: String? = nil
  ) {
    self.identity = identity
    self.gates = gates
    self.baseline = baseline
    self.winsorisedShare = winsorisedShare
    self.refusalOfUnoptimised = refusalOfUnoptimised
  }

  /// The gates that these samples can decide or refuse: all but optional ones that nothing has measured.
  package func gates(on samples: SampleSet) -> [PlannedGate] {
    gates.filter { planned in
      guard planned.isOptional, case .metric(let metric) = planned.gate.quantity else { return true }
      return samples.series.contains { $0.blocks.contains { $0.usage[metric] != nil } }
    }
  }

  /// The outcomes at a look at the samples, one for each of `gates(on:)`.
  package func outcomes(of samples: SampleSet, at look: Look) -> [GateOutcome] {
    outcomes(of: gates(on: samples), samples, at: look)
  }

  /// The outcomes of other gates that are decided in the same way.
  package func outcomes(of gates: [PlannedGate], _ samples: SampleSet, at look: Look) -> [GateOutcome] {
    guard !gates.isEmpty else { return [] }
    let decision = GateDecision(
      of: identity, samples: samples, baseline: baseline, winsorisedShare: winsorisedShare)
    return gates.map { planned in
      let outcome = decision.decide(planned.gate, rules: planned.rules, look: look)
      // What optimisation wouldn't help keeps its own reason.
      guard let refusalOfUnoptimised, !planned.gate.quantity.isSameUnoptimised,
        outcome.verdict.reason == nil
      else { return outcome }
      return outcome.refused(refusalOfUnoptimised)
    }
  }
}
