import PGBenchCore

/// A case of a duel with what has been measured of it.
struct DuelCaseState: Sendable {
  let entry: DuelRoster.Entry
  let plan: SamplingPlan
  let gates: DuelGates
  var sampling: Sampling
  /// How many sessions have been measured.
  var sessions = 0
  /// The last look's.
  var outcomes: [GateOutcome] = []
  var isOver = false

  /// - Parameter first: The index of the first operation that is measured.
  init(_ entry: DuelRoster.Entry, plan: SamplingPlan, gates: DuelGates, first: Int) {
    self.entry = entry
    self.plan = plan
    self.gates = gates
    sampling = Sampling(variants: entry.series.map(\.name), first: first)
  }

  /// Counts a session, and looks at the gates where a look is due.
  mutating func countSession() {
    sessions += 1
    guard let look = plan.look(after: sessions - 1) else { return }
    guard look.isLast || sampling.operations >= plan.operations else { return }
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
