package import PGMeasuring
package import PGStatistics

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

/// Shares the false-alarm rate of a whole run among its gates.
///
/// Bonferroni's procedure, made to work while a run goes on: what a gate gets is fixed before it is measured,
/// as an equal part of what is left for the gates that are still expected. A tenth is kept for gates that
/// were not expected, of which the n-th gets a part like 1/n². The parts never add up to more than the whole,
/// however many come; so the chance that any gate of the run raises a false alarm is at most the run's rate
/// (Boole's inequality).
package struct FalseAlarmBudget: Sendable, Hashable {
  /// The rate of the whole run.
  package let rate: Double

  /// How many gates have been given a part.
  package private(set) var gates = 0

  /// What has been given away.
  package var spent: Double { spentOnExpected + spentOnOthers }

  private var spentOnExpected = 0.0
  private var spentOnOthers = 0.0
  private var others = 0

  private static let shareOfOthers = 0.1

  /// Starts with nothing spent.
  package init(rate: Double = ErrorRates.defaultFalseAlarmOfRun) {
    self.rate = rate
  }

  /// Takes the part of one gate.
  ///
  /// - Parameter expected: How many gates are to come, this one included; 0 if it was not expected.
  package mutating func take(expected: Int) -> Double {
    gates += 1
    guard expected > 0 else {
      others += 1
      // The sum of 1/n² is π²/6.
      let part = rate * Self.shareOfOthers * 6 / (.pi * .pi) / Double(others * others)
      spentOnOthers += part
      return part
    }
    let part = max(0, rate * (1 - Self.shareOfOthers) - spentOnExpected) / Double(expected)
    spentOnExpected += part
    return part
  }
}
