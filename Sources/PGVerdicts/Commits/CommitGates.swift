package import PGMeasuring
import PGStatistics

/// The gates of a comparison of commits: for each variant that both have, its time and its allocations.
package enum CommitGates {
  /// By how much a case's allocations may differ: half an allocation an operation, so that one more is too
  /// many, while a buffer that grows now and then is none.
  ///
  /// Of operations that make many, on threads that take turns as they like, more than that comes and goes:
  /// from 250 allocations on it is one in five hundred.
  package static let allocationTolerance = Tolerance.percent(0.2).atLeast(0.5)

  /// The share of slowest operations that are cut down for the comparison of time: a tenth.
  ///
  /// Of two programs that take turns, one in twenty operations was slowed by what else happens on a virtual
  /// machine, so that a cut at a twentieth lay where the latencies rise steeply, and was itself most of the
  /// noise.
  package static let winsorisedShare = 0.1

  /// How many gates a case has.
  package static func count(of entry: CaseMatching.Entry) -> Int { entry.commonVariants.count * 2 }

  /// Plans a case's gates.
  ///
  /// - Parameter tolerance: By how much its time may be above the base's; the test's own wins.
  /// - Parameter budget: The comparison's, from which each gate takes its part of the false-alarm rate.
  /// - Parameter expected: How many gates have yet to take theirs, this case's included.
  package static func plan(
    for entry: CaseMatching.Entry, tolerance: Tolerance, looks: Int, budget: inout FalseAlarmBudget,
    expected: Int
  ) -> GatePlan {
    var left = expected
    var planned: [PlannedGate] = []
    for pair in entry.pairs {
      let gates = [
        Gate.notSlower(pair.variant, than: pair.reference, by: entry.described.tolerance ?? tolerance),
        Gate(pair.variant, .metric(.allocations), .reference(pair.reference, allocationTolerance)),
      ]
      for gate in gates {
        let rates = ErrorRates(falseAlarm: budget.take(expected: left))
        // Where nothing counts allocations, there are none of them to gate.
        planned.append(
          PlannedGate(gate, rules: GateRules(rates: rates, looks: looks), isOptional: gate.quantity != .time))
        left -= 1
      }
    }
    return GatePlan(of: entry.identity, planned, winsorisedShare: winsorisedShare)
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
