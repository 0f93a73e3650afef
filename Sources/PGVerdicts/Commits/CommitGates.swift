public import PGMeasuring
public import PGStatistics

/// The gates of a case in a comparison: for each variant that both commits have, its time and its allocations.
public struct CommitGates: Sendable, Hashable {
  /// A gate with its error rates, fixed before anything is measured.
  public struct Entry: Sendable, Hashable {
    /// The gate.
    public let gate: Gate
    /// Its error rates and looks.
    public let rules: GateRules
  }

  /// The gates.
  public let entries: [Entry]

  /// By how much a case's allocations may differ: half an allocation an operation, so that one more is too
  /// many, while a buffer that grows now and then is none.
  ///
  /// Of operations that make many, on threads that take turns as they like, more than that comes and goes:
  /// from 250 allocations on it is one in five hundred.
  public static let allocationTolerance = Tolerance.percent(0.2).atLeast(0.5)

  /// The share of slowest operations that are cut down for the comparison of time: a tenth.
  ///
  /// Of two programs that take turns, one in twenty operations was slowed by what else happens on a virtual
  /// machine, so that a cut at a twentieth lay where the latencies rise steeply, and was itself most of the
  /// noise.
  public static let winsorisedShare = 0.1

  /// How many gates a case has.
  public static func count(of entry: CaseMatching.Entry) -> Int { entry.commonVariants.count * 2 }

  /// Makes a case's gates.
  ///
  /// - Parameter tolerance: By how much its time may be above the base's; the test's own wins.
  /// - Parameter budget: The comparison's, from which each gate takes its part of the false-alarm rate.
  /// - Parameter expected: How many gates have yet to take theirs, this case's included.
  public init(
    of entry: CaseMatching.Entry, tolerance: Tolerance, looks: Int, budget: inout FalseAlarmBudget,
    expected: Int
  ) {
    var left = expected
    var entries: [Entry] = []
    for pair in entry.pairs {
      for gate in [
        Gate.notSlower(pair.variant, than: pair.reference, by: entry.described.tolerance ?? tolerance),
        Gate(pair.variant, Self.allocations, .reference(pair.reference, Self.allocationTolerance)),
      ] {
        let rates = ErrorRates(falseAlarm: budget.take(expected: left))
        entries.append(Entry(gate: gate, rules: GateRules(rates: rates, looks: looks)))
        left -= 1
      }
    }
    self.entries = entries
  }

  /// The gates that samples can decide: where nothing counts allocations, there are none of them to gate.
  public func entries(on samples: SampleSet) -> [Entry] {
    let isCounted = samples.series.contains { $0.blocks.contains { $0.usage[.allocations] != nil } }
    return isCounted ? entries : entries.filter { $0.gate.quantity != Self.allocations }
  }

  /// The outcomes at a look at the samples, of the gates that these can decide.
  public func outcomes(of identity: CaseIdentity, samples: SampleSet, look: Look) -> [GateOutcome] {
    let decision = GateDecision(
      of: identity, samples: samples, winsorisedShare: Self.winsorisedShare)
    return entries(on: samples).map { decision.decide($0.gate, rules: $0.rules, look: look) }
  }

  /// What follows from the samples of a case besides its outcomes, compared as the gates compare: like with
  /// like.
  public static func analysis(
    of samples: SampleSet, _ entry: CaseMatching.Entry
  ) throws(AnalysisError) -> Analysis {
    try Analysis(
      of: samples, comparing: entry.pairs, againstFirst: false,
      operationsCounted: entry.described.operationsPerIteration,
      winsorisedShare: winsorisedShare)
  }

  private static let allocations = Quantity.metric(.allocations)
}
