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
    sampling.note(look)
    let isEnough = sampling.operations >= plan.operations
    guard look.isLast || isEnough else { return }
    outcomes = gates.outcomes(of: entry.identity, samples: sampling.samples, look: look)
    isOver = look.isLast || outcomes.allSatisfy(\.verdict.isFinal)
  }
}
