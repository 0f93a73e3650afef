package import PGMeasuring
import PGStatistics
import PGSystem

/// A case while it is measured: what has been sampled, what its gates say of that, and whether it is enough.
///
/// It takes a session at a time. A run of benchmarks takes one case's sessions until it is over; a comparison
/// of commits takes those of many cases by turns. In which process a variant runs it doesn't know.
package struct CaseMeasurement: Sendable {
  /// How the case is sampled.
  package let plan: SamplingPlan
  /// What its samples are held against.
  package let gates: GatePlan
  /// How many sessions have been taken.
  package private(set) var sessions = 0
  /// What the gates said at the last look; none before the first.
  package private(set) var outcomes: [GateOutcome] = []
  /// Whether no more sessions are needed, or planned.
  package private(set) var isOver = false

  private var sampling: Sampling
  /// Nanoseconds that all sessions took, with connecting and warming up.
  package private(set) var spent = 0
  private let now: @Sendable () -> Int

  /// Starts with nothing measured.
  ///
  /// - Parameter variants: In the order in which `takeSession` is given them.
  /// - Parameter first: The index of the first operation; those before it are spent already.
  /// - Parameter now: A clock, in nanoseconds.
  package init(
    plan: SamplingPlan, gates: GatePlan, variants: [Variant], first: Int = Sampling.checkedOperations,
    now: @escaping @Sendable () -> Int = { MonotonicClock.now() }
  ) {
    self.plan = plan
    self.gates = gates
    self.now = now
    sampling = Sampling(variants: variants, first: first)
    sampling.samples.clients = plan.clients
    sampling.samples.rate = plan.rate
    sampling.samples.goal = plan.goal
  }

  /// What has been measured.
  package var samples: SampleSet { sampling.samples }

  /// Measures one more session, and looks at the gates if a look is due.
  ///
  /// - Parameter variants: Others than in the session before, if need be, but in the same order.
  /// - Throws: What a variant throws, after all of them have closed their sessions.
  package mutating func takeSession(of variants: [any SampledVariant]) async throws {
    let start = now()
    try await Sampler(plan: plan, now: now).takeSession(
      sessions, of: variants, into: &sampling, isBrief: isAboutSessionsOnly,
      openings: asksWhatConnectingTakes ? SamplingPlan.openingsWhileAsked : 1)
    sessions += 1
    spent += now() - start
    if try isNarrowEnough() {
      look(.only)
      isOver = true
    } else if let due = plan.look(
      after: sessions - 1, operations: sampling.operations, measured: sampling.nanoseconds, spent: spent)
    {
      look(due)
      isOver = due.isLast || (plan.mayEnd(operations: sampling.operations) && areEnough)
    }
  }

  /// Measures sessions until the case is over.
  ///
  /// - Parameter progress: Told after each session which fraction of those planned is done.
  package mutating func takeAllSessions(
    of variants: [any SampledVariant], progress: (Double) -> Void = { _ in }
  ) async throws {
    while !isOver {
      try await takeSession(of: variants)
      progress(Double(sessions) / Double(plan.sessions))
    }
  }

  /// Looks for the last time at a case that has missed sessions, as no more come.
  package mutating func end() {
    guard !isOver, sessions > 0 else { return }
    look(Look(plan.looks - 1, isLast: true))
    isOver = true
  }

  /// Whether a gate is about a metric that no block has, and which may be had of operations that are counted.
  package var wantsCounting: Bool {
    gates.gates.contains { planned in
      guard !planned.isOptional, case .metric(let metric) = planned.gate.quantity else { return false }
      return !samples.has(metric)
    }
  }

  /// Adds metrics that were taken after the last session, variant by variant, and decides the gates with
  /// them, if any is about one.
  package mutating func add(attribution: [[MetricSummary]]) {
    for (index, metrics) in attribution.enumerated() where sampling.samples.series.indices.contains(index) {
      sampling.samples.series[index].attribution = metrics
    }
    let added = Set(attribution.joined().map { Quantity.metric($0.metric) })
    guard gates.gates.contains(where: { added.contains($0.gate.quantity) }) else { return }
    let names = Set(added.map(\.description))
    let others = outcomes.filter { !names.contains($0.figures?.quantity ?? "") }
    outcomes = gates.outcomes(of: samples, at: samples.look, keeping: others)
  }

  /// What isn't decided yet.
  private var open: [GateOutcome] { outcomes.filter { !$0.verdict.isFinal } }

  /// Whether more sessions would change nothing: all gates are decided, or one has regressed, and only what
  /// sessions say once is open besides.
  private var areEnough: Bool {
    open.isEmpty || isAboutSessionsOnly && outcomes.contains { $0.verdict == .regressed }
  }

  /// Whether all is decided but what each session says once, which many short ones tell.
  private var isAboutSessionsOnly: Bool {
    !open.isEmpty
      && open.allSatisfy { outcome in
        Quantity.ofSessions.contains { outcome.figures?.quantity == $0.description }
      }
  }

  /// Whether a look has left it open what connecting takes: until the first, once a session may be enough.
  private var asksWhatConnectingTakes: Bool {
    open.contains { $0.figures?.quantity == Quantity.connecting.description }
  }

  private mutating func look(_ look: Look) {
    sampling.note(look)
    outcomes = gates.outcomes(of: samples, at: look, keeping: outcomes)
  }

  private func isNarrowEnough() throws -> Bool {
    try plan.isNarrowEnough(
      session: sessions - 1, operations: sampling.operations,
      estimates: Analysis(of: samples).comparisons.map(\.estimate))
  }
}
