import PGBenchHost
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
    let gated = matching.entries.reduce(0) { $0 + $1.gatedVariants.count }
    var cases: [CommitCase] = []
    for batch in matching.batches(of: Self.batchSize) {
      var states: [CommitCase] = []
      for entry in batch {
        let plan = entry.plan(budget: settings.budget, seed: settings.seed)
        let gates = CommitGates.plan(
          for: entry, tolerance: settings.tolerance, looks: plan.looks, budget: &budget, gated: gated)
        states.append(CommitCase(entry, plan: plan, gates: gates))
      }
      try await measure(&states, of: matching.entries.count, done: cases.count)
      cases += states
    }
    return Outcome(cases: cases, environment: environment, falseAlarms: budget, warnings: warnings)
  }

  /// Has both programs run once, without measuring, and tell which cases they have.
  private func matching() async throws -> (CaseMatching, ReportEnvironment, [String]) {
    try await withPair(0, select: { _ in TestSelection(matching: settings.filter) }) { pair in
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
    _ number: Int, select: (CommitSide) -> TestSelection, _ body: (WorkerPair) async throws -> Answer
  ) async throws -> Answer {
    let pair = try await WorkerPair.started(
      products, select: select, settings: settings, number: number, listener: listener)
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
          "\(done + states.count - open.count) of \(all) cases decided; pair \(generation + 1) of "
            + "\(generations) at most, \((MonotonicClock.now() - start) / 1_000_000_000) s")
      }
      let entries = open.map { states[$0].entry }
      let select = { side in TestSelection(just: entries.compactMap { $0[side]?.filter }) }
      try await withPair(generation + 1, select: select) { pair in
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
    var parameters: [CommitSide: [[String: String]]] = [:]
    for side in sides {
      let given = databases.parameters(for: side, session: state.measurement.sessions)
      parameters[side] = given
      try await pair[side].begin(
        WorkerAssignment(
          identity: entry.identity, databases: given,
          isServerHere: server.info.kind == .throwaway, checkpointer: server.checkpointerProcessID,
          checksOutputs: state.measurement.sessions == 0))
    }
    let variants = entry.series.map { series in
      RemoteVariant(
        series: series, identity: entry.identity, worker: pair[series.side],
        clients: entry[series.side]?.clients ?? 1,
        database: PostgresConfiguration(parameters: parameters[series.side]?[series.index] ?? [:]))
    }
    do {
      try await state.measurement.takeSession(of: variants)
    } catch let error as RateNotFound {
      throw GateFailure(.benchmarkFailed, "\(entry.identity): \(error)")
    }
    if state.measurement.isOver, state.measurement.wantsCounting {
      state.measurement.add(
        attribution: try await AttributionPass.run(
          variants, on: server, after: state.measurement.samples))
    }
    for side in sides { pair[side].finish() }
  }
}

/// A case of a comparison of commits: what each side says of it, and what has been measured.
struct CommitCase: Sendable {
  let entry: CaseMatching.Entry
  var measurement: CaseMeasurement

  init(_ entry: CaseMatching.Entry, plan: SamplingPlan, gates: GatePlan) {
    self.entry = entry
    measurement = CaseMeasurement(plan: plan, gates: gates, variants: entry.series.map(\.name))
  }

  /// What it came to so far.
  var result: CommitComparison.Case {
    let samples = measurement.samples
    return CommitComparison.Case(
      entry: entry, samples: samples, gates: measurement.gates.gates(on: samples).map(\.gate),
      outcomes: measurement.outcomes)
  }
}

/// The databases of a case in a comparison, one for each series, which the series swap from session to
/// session.
///
/// Of both sides with the same fixture all are clones of one template. Where a commit changes the fixture,
/// each side keeps to clones of its own.
struct CommitDatabases: Sendable {
  /// Series that swap their databases with each other, and these.
  private struct Group {
    let members: [CommitSeries]
    let databases: [Database]
  }

  private let groups: [Group]

  /// Makes the databases.
  init(for entry: CaseMatching.Entry, on server: any DatabaseServer) async throws {
    let isShared = entry.isCommon && entry.base?.fixtureScript == entry.head?.fixtureScript
    var groups: [Group] = []
    for sides in isShared ? [entry.sides] : entry.sides.map({ [$0] }) {
      guard let described = sides.last.flatMap({ entry[$0] }) else { continue }
      let members = entry.series.filter { sides.contains($0.side) }
      let fixture = Fixture(name: described.fixture, script: described.fixtureScript)
      var databases: [Database] = []
      for _ in members { databases.append(try await server.database(for: fixture)) }
      groups.append(Group(members: members, databases: databases))
    }
    self.groups = groups
  }

  /// libpq's parameters of the databases that a side's variants work in, in the order of the side's list.
  func parameters(for side: CommitSide, session: Int) -> [[String: String]] {
    let placed = groups.flatMap { group in
      group.members.enumerated().map { place, member in
        (member: member, database: group.databases[(place + session) % group.databases.count])
      }
    }
    return placed.filter { $0.member.side == side }.sorted { $0.member.index < $1.member.index }
      .map(\.database.configuration.parameters)
  }

  /// Drops them.
  func drop() async {
    for database in groups.flatMap(\.databases) { try? await database.drop() }
  }
}

/// What a comparison of commits is told.
struct CoordinatorSettings: Sendable {
  /// Which tests are benchmarks, as `swift test --filter` has it.
  let filter: String
  /// What an operation's time may be above the base's.
  let tolerance: Tolerance
  /// How often a comparison of the same code may end in a regression.
  let falseAlarmRate: Double
  /// How long a case with two series is measured at most.
  let budget: Duration
  /// How long a request may take.
  let patience: Duration
  /// What the order of the blocks follows from.
  let seed: Seed
  /// The profile that decides about counts.
  let profile: String
  /// What the test programs get of this process's environment.
  var inherited = ChildEnvironment().ofPrograms
  /// Further variables of the test programs' environment.
  var variables: [String: String] = [:]

  /// What the test programs' environment has besides what is inherited.
  var environment: [String: String?] {
    let own: [String: String?] = [
      Housekeeping.variable: Housekeeping.value, "PGBENCH_PROFILE": profile, "PGBENCH_SEED": seed.description,
      // What a run of its own would read or write.
      "PGBENCH_BASELINE": nil as String?, "PGBENCH_SAVE_BASELINE": nil as String?,
      "PGBENCH_REPORT_DIR": nil as String?,
      "GITHUB_ACTIONS": nil as String?, "GITHUB_STEP_SUMMARY": nil as String?,
    ]
    return own.merging(variables) { _, given in given }
  }
}
