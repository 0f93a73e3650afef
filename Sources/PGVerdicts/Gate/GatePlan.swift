package import PGMeasuring
package import PGStatistics

/// A gate with its error rates and looks, fixed before anything is measured.
package struct PlannedGate: Sendable, Hashable {
  /// The gate, of one variant and with a tolerance.
  package let gate: Gate
  /// Its error rates and looks.
  package let rules: GateRules
  /// Whether there is no such gate where nothing has measured its metric, or too few operations have run to
  /// tell which are slow; else it is refused there.
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
      guard planned.isOptional else { return true }
      switch planned.gate.quantity {
      case .metric(let metric): return samples.has(metric)
      case .slowOperations:
        let operations = planned.gate.reference.flatMap { samples[$0] }?.latencies.count ?? 0
        return operations >= Percentile.p99.samplesNeeded
      default: return true
      }
    }
  }

  /// Other gates that are decided in the same way.
  package func with(_ gates: [PlannedGate]) -> GatePlan {
    GatePlan(
      of: identity, gates, baseline: baseline, winsorisedShare: winsorisedShare,
      refusalOfUnoptimised: refusalOfUnoptimised)
  }

  /// The outcomes at a look at the samples, one for each of `gates(on:)`.
  ///
  /// - Parameter earlier: The outcomes of the looks before. What one of them has decided keeps its outcome,
  ///   as that look had its share of the error rate.
  package func outcomes(
    of samples: SampleSet, at look: Look, keeping earlier: [GateOutcome] = []
  ) -> [GateOutcome] {
    let gates = gates(on: samples)
    guard !gates.isEmpty else { return [] }
    let decision = GateDecision(
      of: identity, samples: samples, baseline: baseline, winsorisedShare: winsorisedShare)
    let decided = Dictionary(
      earlier.filter(\.verdict.isDecided).map { ($0.gate, $0) }, uniquingKeysWith: { first, _ in first })
    return gates.map { planned in
      if let outcome = decided[planned.gate.description],
        !decision.contradicts(outcome, of: planned.gate)
      {
        return outcome
      }
      let outcome = decision.decide(planned.gate, rules: planned.rules, look: look)
      // What optimisation wouldn't help keeps its own reason.
      guard let refusalOfUnoptimised, !planned.gate.quantity.isSameUnoptimised,
        outcome.verdict.reason == nil
      else { return outcome }
      return outcome.refused(refusalOfUnoptimised)
    }
  }
}
