package import PGMeasuring
import PGStatistics

/// The gates of a comparison of commits: for each variant that both have, the questions about two builds of
/// the same; and those that the head's test declares.
package enum CommitGates {
  /// The share of slowest operations that are cut down for the comparison of time: a tenth.
  ///
  /// Of two programs that take turns, one in twenty operations was slowed by what else happens on a virtual
  /// machine, so that a cut at a twentieth lay where the latencies rise steeply, and was itself most of the
  /// noise.
  package static let winsorisedShare = 0.1

  /// The places of those of a case's verdicts that a reader is told of above the table: what was not kept.
  ///
  /// A case ends with its regression, which leaves other gates open. They wait for nothing, so that only what
  /// is suspect among them is told.
  package static func told(_ verdicts: [Verdict]) -> [Int] {
    let hasFailed = verdicts.contains(.regressed)
    return verdicts.indices.filter {
      !verdicts[$0].isKept && !(hasFailed && verdicts[$0] == .inconclusive)
    }
  }

  /// Plans a case's gates.
  ///
  /// - Parameter tolerance: By how much its typical time may be above the base's; the test's own wins.
  /// - Parameter budget: The comparison's, from which each gate takes its part of the false-alarm rate.
  /// - Parameter gated: How many variants are gated in all (`Entry.gatedVariants`), of which each has the
  ///   same part.
  package static func plan(
    for entry: CaseMatching.Entry, tolerance: Tolerance, looks: Int, budget: inout FalseAlarmBudget,
    gated: Int
  ) -> GatePlan {
    let described = entry.described
    let tolerance = described.tolerance ?? Question.tolerance(tolerance, goal: described.goal)
    let questions =
      described.goal == nil
      ? Question.aboutBuilds(tolerance, described.questions) : Question.aboutRate(tolerance)
    var planned: [PlannedGate] = []
    for variant in entry.gatedVariants {
      let asked = entry.pair(of: variant).map { pair in
        questions.map { Gate(pair.variant, $0.quantity, .reference(pair.reference, $0.tolerance)) }
      }
      for (gate, share, isOptional) in shared(
        asked ?? [], entry.declaredGates(of: variant, tolerance: tolerance))
      {
        let rates = ErrorRates(falseAlarm: budget.take(share: share / Double(max(1, gated))))
        let isOfBase = gate.reference == CommitSide.base.variant(variant)
        planned.append(
          PlannedGate(
            gate, rules: GateRules(rates: rates, looks: looks, expectsNoChange: isOfBase),
            isOptional: isOptional))
      }
    }
    return GatePlan(of: entry.identity, planned, winsorisedShare: winsorisedShare)
  }

  /// A gate, its part of the variant's error rate, and whether it may be left out (`PlannedGate`).
  private typealias Shared = (gate: Gate, share: Double, isOptional: Bool)

  /// Puts declared gates in the places of questions about the same, and the others after them.
  private static func shared(_ asked: [Gate], _ declared: [Gate]) -> [Shared] {
    let added = declared.filter { gate in !asked.contains { gate.isSame(as: $0) } }
    let times = asked.count { $0.quantity == .time }
    let shares = Question.shares(hasTime: times > 0, others: asked.count - times + added.count)
    return asked.map { gate in
      let own = declared.first { $0.isSame(as: gate) }
      return (own ?? gate, gate.quantity == .time ? shares.time : shares.other, own == nil)
    } + added.map { ($0, shares.other, false) }
  }

  /// What follows from the samples of a case besides its outcomes, compared as the gates compare: like with
  /// like.
  package static func analysis(
    of samples: SampleSet, _ entry: CaseMatching.Entry
  ) throws(AnalysisError) -> Analysis {
    try Analysis(
      of: samples, comparing: entry.pairs, againstFirst: false,
      operationsCounted: entry.described.operationsPerIteration,
      winsorisedShare: winsorisedShare)
  }
}

extension CaseMatching.Entry {
  /// The variants of the head that are gated: those that both sides have, and those that the test declares a
  /// gate of.
  package var gatedVariants: [Variant] {
    (head?.variants ?? []).filter { variant in
      commonVariants.contains(variant)
        || !declaredGates(of: variant, tolerance: .percent(0)).isEmpty
    }
  }

  /// A variant of the head against itself at the base; nil if the base hasn't got it.
  fileprivate func pair(of variant: Variant) -> VariantPair? {
    guard commonVariants.contains(variant) else { return nil }
    return VariantPair(CommitSide.head.variant(variant), against: CommitSide.base.variant(variant))
  }

  /// The gates that the head's test declares of a variant, as a comparison holds them.
  ///
  /// Limits and other variants are held against what the head measures. In the place of a stored baseline
  /// stands the base, measured in the same rounds: a ratio to a frozen reference, whose purpose is to take
  /// machines and hours out, is then the ratio of both.
  fileprivate func declaredGates(of variant: Variant, tolerance: Tolerance) -> [Gate] {
    guard let head else { return [] }
    let declared = head.gates.flatMap { $0.resolved(for: head.variants, tolerance: tolerance) }
    let held = declared.filter { $0.variant == variant }.compactMap { gate -> Gate? in
      let name = CommitSide.head.variant(variant)
      switch gate.bound {
      case .limit: return Gate(name, gate.quantity, gate.bound)
      case .reference(let reference, let tolerance):
        return Gate(name, gate.quantity, .reference(CommitSide.head.variant(reference), tolerance))
      case .baseline(let tolerance), .baselineRatio(_, let tolerance):
        return pair(of: variant).map { Gate(name, gate.quantity, .reference($0.reference, tolerance)) }
      }
    }
    // Of two about the same, the later is the nearer to the test.
    return held.enumerated().filter { place, gate in
      !held[(place + 1)...].contains { gate.isSame(as: $0) }
    }.map(\.element)
  }
}
