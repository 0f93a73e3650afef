import PGDriver
import PGMeasuring
import PGReporting
import PGServer
import PGSystem
import PGVerdicts

/// Two builds of the same benchmarks, measured side by side: both programs run, and exactly one of them runs
/// a block at a time.
///
/// A case is measured in many short sessions, each in a fresh pair of programs: whether a process is quick or
/// slow is decided when it starts, and it stays so for life. A pair of programs measures a session of every
/// case of a batch before it is replaced.
struct Coordinator: Sendable {
  let products: [CommitSide: CommitBuild.Product]
  let settings: CoordinatorSettings
  let server: any DatabaseServer
  let listener: WorkerListener
  let say: @Sendable (String) -> Void

  /// How many cases a batch has, so that no more of their databases exist at once.
  static let batchSize = 16

  /// What was measured, and what the programs run on.
  struct Outcome: Sendable {
    let cases: [CommitCase]
    let environment: ReportEnvironment
    let falseAlarms: FalseAlarmBudget
    /// What a reader should know first, a sentence each.
    let warnings: [String]

    /// What it came to.
    var result: CommitComparison { CommitComparison(cases: cases.map(\.result)) }
  }

  /// Measures all cases.
  func run() async throws -> Outcome {
    var (matching, environment, warnings) = try await matching()
    warnings += matching.removed
    environment.serverVersion = server.info.version
    environment.transport = server.info.transport.rawValue
    environment.serverSettings = server.info.settings
    environment.placement = matching.placements.joined(separator: "; ")
    var budget = FalseAlarmBudget(rate: settings.falseAlarmRate)
    var expected = matching.entries.reduce(0) { $0 + CommitGates.count(of: $1) }
    var cases: [CommitCase] = []
    for batch in matching.batches(of: Self.batchSize) {
      var states: [CommitCase] = []
      for entry in batch {
        let plan = entry.plan(budget: settings.budget, seed: settings.seed)
        let gates = CommitGates.plan(
          for: entry, tolerance: settings.tolerance, looks: plan.looks, budget: &budget, expected: expected)
        expected -= gates.gates.count
        states.append(CommitCase(entry, plan: plan, gates: gates))
      }
      try await measure(&states, of: matching.entries.count, done: cases.count)
      cases += states
    }
    return Outcome(cases: cases, environment: environment, falseAlarms: budget, warnings: warnings)
  }

  /// Has both programs run once, without measuring, and tell which cases they have.
  private func matching() async throws -> (CaseMatching, ReportEnvironment, [String]) {
    try await withPair(0, filter: { _ in settings.filter }) { pair in
      try await pair.greet()
      let arrivals = try await pair.collectArrivals()
      let cases = arrivals.cases
      for side in CommitSide.allCases where cases[side]?.isEmpty ?? true {
        throw pair.withoutBenchmarks(side)
      }
      guard let environment = pair[.head].hello?.environment else { throw pair.withoutBenchmarks(.head) }
      do throws(ProtocolViolation) {
        let matching = try CaseMatching(base: cases[.base] ?? [], head: cases[.head] ?? [])
        return (matching, environment, arrivals.warnings)
      } catch {
        throw GateFailure(.benchmarkFailed, "The commits can't be compared: \(error).")
      }
    }
  }

  /// Starts both programs for `body`, and sees to their ends.
  ///
  /// - Parameter number: Of the pair.
  private func withPair<Answer>(
    _ number: Int, filter: (CommitSide) -> String, _ body: (WorkerPair) async throws -> Answer
  ) async throws -> Answer {
    let pair = try await WorkerPair.started(
      products, filter: filter, settings: settings, number: number, listener: listener)
    do {
      let answer = try await body(pair)
      await pair.finish()
      return answer
    } catch {
      await pair.stop()
      throw error
    }
  }

  /// Measures the cases of a batch until all are decided.
  private func measure(_ states: inout [CommitCase], of all: Int, done: Int) async throws {
    var databases: [CaseIdentity: CommitDatabases] = [:]
    for state in states {
      databases[state.entry.identity] = try await CommitDatabases(for: state.entry, on: server)
    }
    let start = MonotonicClock.now()
    let generations = states.map(\.measurement.plan.sessions).max() ?? 0
    for generation in 0..<generations {
      let open = states.indices.filter { !states[$0].measurement.isOver }
      guard !open.isEmpty else { break }
      if generation.isMultiple(of: 4) {
        say(
          "\(done + states.count - open.count) of \(all) cases decided; pair \(generation + 1) of \(generations) at most, "
            + "\((MonotonicClock.now() - start) / 1_000_000_000) s")
      }
      let entries = open.map { states[$0].entry }
      let filter = { side in TestProgram.filter(for: entries.compactMap { $0[side]?.filter }) }
      try await withPair(generation + 1, filter: filter) { pair in
        try await pair.greet(Set(entries.flatMap(\.sides)))
        try await takeSessions(of: open, in: &states, databases, pair)
      }
    }
    for index in states.indices { states[index].measurement.end() }
    for made in databases.values { await made.drop() }
  }

  /// Measures one session of each case that is still open, as soon as it has arrived on its sides.
  private func takeSessions(
    of open: [Int], in states: inout [CommitCase], _ databases: [CaseIdentity: CommitDatabases],
    _ pair: WorkerPair
  ) async throws {
    var left = open
    while !left.isEmpty {
      guard
        let place = try await pair.nextReady(left.map { states[$0].entry }),
        let made = databases[states[left[place]].entry.identity]
      else { return }
      let index = left.remove(at: place)
      try await takeSession(of: &states[index], made, pair)
    }
  }

  private func takeSession(
    of state: inout CommitCase, _ databases: CommitDatabases, _ pair: WorkerPair
  ) async throws {
    let entry = state.entry
    let sides = entry.sides
    let machine = MachineLock()
    try await machine.lock { say($0) }
    defer { machine.unlock() }
    for side in sides {
      try await pair[side].begin(
        WorkerAssignment(
          identity: entry.identity,
          databases: databases.parameters(for: side, session: state.measurement.sessions),
          isServerHere: server.info.kind == .throwaway, checkpointer: server.checkpointerProcessID,
          checksOutputs: state.measurement.sessions == 0))
    }
    let variants = entry.series.map {
      RemoteVariant(
        series: $0, identity: entry.identity, worker: pair[$0.side], clients: entry[$0.side]?.clients ?? 1)
    }
    try await state.measurement.takeSession(of: variants)
    for side in sides { pair[side].finish() }
  }
}
