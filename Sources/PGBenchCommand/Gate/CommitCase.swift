import PGMeasuring
import PGReporting
import PGStatistics
import PGVerdicts

/// A case of a comparison with what has been measured of it.
struct CommitCase: Sendable {
  let entry: CaseMatching.Entry
  let plan: SamplingPlan
  let gates: CommitGates
  var sampling: Sampling
  /// How many sessions have been measured.
  var sessions = 0
  /// How many nanoseconds they took, all in all.
  private(set) var spent = 0
  /// The last look's.
  var outcomes: [GateOutcome] = []
  var isOver = false

  init(_ entry: CaseMatching.Entry, plan: SamplingPlan, gates: CommitGates) {
    self.entry = entry
    self.plan = plan
    self.gates = gates
    sampling = Sampling(variants: entry.series.map(\.name), first: Sampling.checkedOperations)
  }

  /// What it came to so far.
  var result: CommitComparison.Case {
    CommitComparison.Case(entry: entry, samples: sampling.samples, outcomes: outcomes)
  }

  /// Counts a session, and looks at the gates where a look is due.
  ///
  /// Operations that take long make sessions longer than they should be: a look after three times the budget
  /// is the last.
  ///
  /// - Parameter nanoseconds: How long it took, all in all.
  mutating func countSession(nanoseconds: Int) {
    sessions += 1
    spent += nanoseconds
    guard var look = plan.look(after: sessions - 1) else { return }
    if let budget = plan.budget.greatest, .nanoseconds(spent) > budget * 3 {
      look = Look(look.number, isLast: true)
    }
    take(look)
    isOver = look.isLast || outcomes.allSatisfy(\.verdict.isFinal)
  }

  /// Looks for the last time at a case that missed sessions, as no more come.
  mutating func finish() {
    guard !isOver, sessions > 0 else { return }
    take(Look(plan.looks - 1, isLast: true))
    isOver = true
  }

  private mutating func take(_ look: Look) {
    sampling.note(look)
    outcomes = gates.outcomes(of: entry.identity, samples: sampling.samples, look: look)
  }
}
