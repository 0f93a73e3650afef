import PGMeasuring
import PGStatistics
import PGSystem
import Synchronization
import Testing

@testable import PGVerdicts

@Suite("CaseMeasurement")
struct CaseMeasurementTests {
  private let clock = FakeClock()
  private let identity = CaseIdentity(suite: "S", test: "t", operations: 100)

  /// Two variants of which b is slower by some per cent, and by up to so many nanoseconds more or less in
  /// each session.
  private func variants(slower percent: Int, spread: Int = 0) -> [FakeVariant] {
    let session = Session(spread: spread)
    return [
      FakeVariant("a", nanoseconds: 10_000, clock: clock),
      FakeVariant(
        "b", nanoseconds: 10_000 + percent * 100, clock: clock, start: { session.offset(operations: $0) }),
    ]
  }

  /// What a session's operations take more or less.
  private final class Session: Sendable {
    private let spread: Int
    private let state = Mutex((generator: Seed(11).generator, offset: 0))

    init(spread: Int) { self.spread = spread }

    func offset(operations: Int) -> Int {
      state.withLock { state in
        if operations == 0 { state.offset = .random(in: -spread...spread, using: &state.generator) }
        return state.offset
      }
    }
  }

  private func measurement(
    budget: Budget = .untilDecided(atMost: .seconds(4)), operations: Int = 100, endsBeforeCount: Bool = false,
    gates: [Gate] = [.notSlower("b", than: "a", by: .percent(5))], areOptional: Bool = false
  ) -> CaseMeasurement {
    let clock = clock
    let plan = SamplingPlan(
      operations: operations, budget: budget, seed: Seed(7), endsBeforeCount: endsBeforeCount)
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.01), looks: plan.looks)
    return CaseMeasurement(
      plan: plan,
      gates: GatePlan(of: identity, gates.map { PlannedGate($0, rules: rules, isOptional: areOptional) }),
      variants: ["a", "b"], now: { clock.now })
  }

  @Test("What its gates show at the first look needs no second, whichever way they are decided")
  func decided() async throws {
    for (percent, verdict) in [(0, Verdict.withinTolerance), (20, .regressed)] {
      var measurement = measurement()
      try await measurement.takeAllSessions(of: variants(slower: percent))
      #expect(measurement.sessions == 8 && measurement.samples.look == Look(0, isLast: false))
      #expect(measurement.outcomes.map(\.verdict) == [verdict])
    }
  }

  @Test("It ends at the first look at which every gate is decided, and at no other")
  func looks() async throws {
    var looks: Set<Int> = []
    for percent in stride(from: -4, through: 14, by: 3) {
      var measurement = measurement()
      let variants = variants(slower: percent, spread: 1000)
      while !measurement.isOver {
        let before = measurement.outcomes
        try await measurement.takeSession(of: variants)
        guard measurement.sessions.isMultiple(of: 8) else {
          #expect(measurement.outcomes == before && !measurement.isOver)
          continue
        }
        #expect(measurement.samples.look.number == measurement.sessions / 8 - 1)
        let isDecided = measurement.outcomes.allSatisfy(\.verdict.isFinal)
        #expect(measurement.isOver == (isDecided || measurement.sessions == measurement.plan.sessions))
      }
      looks.insert(measurement.samples.look.number)
    }
    #expect(looks.count > 1, "some were to need more looks than others: \(looks)")
  }

  @Test("What is never decided is sampled to the end of its time, and the last look has all that is left")
  func undecided() async throws {
    var measurement = measurement()
    try await measurement.takeAllSessions(of: variants(slower: 5, spread: 1000))
    #expect(measurement.samples.look == Look(3, isLast: true) && measurement.sessions == 32)
    #expect(measurement.outcomes.map(\.verdict) == [.suspect])
  }

  @Test("A case without gates is sampled for one look; a budget of time has one, at its end")
  func ungated() async throws {
    var quick = measurement(gates: [])
    try await quick.takeAllSessions(of: variants(slower: 5))
    #expect(quick.sessions == 8 && quick.outcomes.isEmpty)
    var timed = measurement(budget: .time(.seconds(1)))
    try await timed.takeAllSessions(of: variants(slower: 0))
    #expect(timed.samples.look == .only && timed.outcomes.map(\.verdict) == [.withinTolerance])
  }

  @Test(
    "Though its gates are decided, a case goes on until each variant has run the count, unless its plan says otherwise"
  )
  func count() async throws {
    var whole = measurement(operations: 200_000)
    try await whole.takeAllSessions(of: variants(slower: 0))
    #expect(whole.samples.series[0].latencies.count >= 200_000)
    var early = measurement(operations: 200_000, endsBeforeCount: true)
    try await early.takeAllSessions(of: variants(slower: 0))
    #expect(early.sessions == 8 && early.samples.series[0].latencies.count < 200_000)
  }

  @Test(
    "Operations that take much longer than planned end a case at its next look, where its plan allows that")
  func overdue() async throws {
    let clock = clock
    let slow = ["a", "b"].map { FakeVariant(Variant($0), nanoseconds: 1_000_000_000, clock: clock) }
    var early = measurement(endsBeforeCount: true, gates: [.notSlower("b", than: "a", by: .percent(-5))])
    while !early.isOver { try await early.takeSession(of: slow) }
    #expect(early.sessions == 8 && early.samples.look == Look(0, isLast: true))
  }

  @Test(
    "Once a look leaves open what connecting takes, it is done several times a session, until that is known")
  func openings() async throws {
    let clock = clock
    let connecting = Gate("b", .connecting, .reference("a", .percent(25)))
    // Of the time it can't be told whether it is above what is allowed, so that sessions go on.
    let time = Gate.notSlower("b", than: "a", by: .percent(5))
    for (gates, isShaky, numbers) in [
      ([connecting, time], true, [1, 4, 1]), ([connecting, time], false, [1]), ([time], true, [1]),
    ] {
      let session = Session(spread: 1000)
      let variants = [
        FakeVariant("a", nanoseconds: 10_000, clock: clock, opening: { _ in 3_000_000 }),
        FakeVariant(
          "b", nanoseconds: 10_500, clock: clock, start: { session.offset(operations: $0) },
          opening: { isShaky && $0 <= 8 ? 2_000_000 + $0 % 2 * 2_000_000 : 3_100_000 }),
      ]
      var measurement = measurement(gates: gates)
      func openings() -> Int { variants[0].events.count { $0 == .begin } }
      var seen: [Int] = []
      while !measurement.isOver {
        let before = openings()
        let isOpen = measurement.outcomes.contains {
          !$0.verdict.isFinal && $0.figures?.quantity == connecting.quantity.description
        }
        try await measurement.takeSession(of: variants)
        #expect(openings() - before == (isOpen ? 4 : 1))
        if openings() - before != seen.last { seen.append(openings() - before) }
      }
      #expect(measurement.sessions > 8 && seen == numbers)
    }
  }

  @Test("Its samples say how many clients ran at once", arguments: [1, 5])
  func clients(clients: Int) {
    let plan = SamplingPlan(operations: 100, clients: clients, budget: .rounds(4), seed: Seed(7))
    let measurement = CaseMeasurement(plan: plan, gates: GatePlan(of: identity, []), variants: ["a"])
    #expect(measurement.samples.clients == clients)
  }

  @Test("What is decided keeps its outcome, and once only sessions are in question, they are short")
  func briefSessions() async throws {
    var measurement = measurement(gates: [
      .notSlower("b", than: "a", by: .percent(5)),
      Gate("b", .slowSessions, .reference("a", .percent(5))),
      Gate("b", .disturbedBlocks, .reference("a", .percent(0))),
    ])
    let variants = variants(slower: 0)
    for _ in 0..<8 { try await measurement.takeSession(of: variants) }
    #expect(measurement.outcomes.map(\.verdict) == [.withinTolerance, .inconclusive, .inconclusive])
    let decided = measurement.outcomes[0]
    let before = measurement.samples.series[0].blocks.count
    try await measurement.takeAllSessions(of: variants)
    #expect(
      measurement.sessions == 24
        && measurement.outcomes.map(\.verdict) == Array(repeating: .withinTolerance, count: 3))
    #expect(measurement.outcomes[0] == decided)
    #expect(
      measurement.samples.series[0].blocks.count - before == 16 * SamplingPlan.roundsOfBriefSession)
    // What has regressed needs no sessions to say so again.
    var slower = self.measurement(gates: measurement.gates.gates.map(\.gate))
    try await slower.takeAllSessions(of: self.variants(slower: 20))
    #expect(
      slower.sessions == 8 && slower.outcomes.map(\.verdict) == [.regressed, .inconclusive, .inconclusive])
  }

  @Test("A case that misses sessions is looked at for the last time; one that has none, or is over, is not")
  func ended() async throws {
    var measurement = measurement()
    measurement.end()
    #expect(!measurement.isOver && measurement.outcomes.isEmpty)
    for _ in 0..<3 { try await measurement.takeSession(of: variants(slower: 0)) }
    measurement.end()
    #expect(measurement.isOver && measurement.samples.look == Look(3, isLast: true))
    let outcomes = measurement.outcomes
    #expect(outcomes.map(\.verdict) == [.withinTolerance])
    measurement.end()
    #expect(measurement.outcomes == outcomes)
  }

  @Test("Operations are counted where a gate that was declared needs it, and no block tells")
  func counting() async throws {
    for (quantity, isOptional, wants) in [
      (Quantity.metric(.statements), false, true), (.metric(.statements), true, false),
      (.metric(.clientCPU), false, false), (.latency(.p99), false, false),
    ] {
      var measurement = measurement(gates: [Gate("b", quantity, .limit(2))], areOptional: isOptional)
      try await measurement.takeAllSessions(of: variants(slower: 0))
      #expect(measurement.wantsCounting == wants, "\(quantity)")
    }
  }

  @Test("Metrics that are taken after the sessions decide their gates, which the looks before refuse")
  func attribution() async throws {
    var measurement = measurement(gates: [Gate("b", .metric(.statements), .limit(2))])
    try await measurement.takeAllSessions(of: variants(slower: 0))
    #expect(measurement.outcomes.first?.verdict.reason != nil)
    for (statements, verdict) in [(2.0, Verdict.withinTolerance), (3, .regressed)] {
      measurement.add(attribution: [[], [MetricSummary(.statements, .value(statements))]])
      #expect(measurement.outcomes.map(\.verdict) == [verdict])
    }
  }

  @Test("An optional gate is none where nothing has measured its metric, and one that is held elsewhere")
  func optional() throws {
    func planned(_ metric: Metric, isOptional: Bool) -> PlannedGate {
      PlannedGate(
        Gate("b", .metric(metric), .limit(2)), rules: GateRules(rates: ErrorRates(falseAlarm: 0.01)),
        isOptional: isOptional)
    }
    let blocks = (0..<8).map {
      Block(session: $0, round: 0, operations: 1, elapsed: 10, usage: [.instructions: 2])
    }
    let samples = SampleSet(series: [
      .init(variant: "b", blocks: blocks, latencies: Array(repeating: 10, count: 8))
    ])
    let plan = GatePlan(
      of: identity,
      [
        planned(.allocations, isOptional: true), planned(.instructions, isOptional: true),
        planned(.allocations, isOptional: false),
      ])
    #expect(plan.gates(on: samples) == [plan.gates[1], plan.gates[2]])
    let outcomes = plan.outcomes(of: samples, at: .only)
    #expect(outcomes[0].verdict == .withinTolerance && outcomes[1].verdict.reason != nil)
  }
}
