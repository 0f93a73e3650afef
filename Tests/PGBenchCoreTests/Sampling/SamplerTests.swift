import PGMeasuring
import PGStatistics
import PGSystem
import PGVerdicts
import Synchronization
import Testing

@Suite("Sampler")
struct SamplerTests {
  private let clock = FakeClock()

  /// What is measured of variants that no gate is about.
  private func sample(
    _ variants: [FakeVariant], operations: Int = 100, budget: Budget, first: Int = 0
  ) async throws -> SampleSet {
    try await sample(
      variants, plan: SamplingPlan(operations: operations, budget: budget, seed: Seed(7)), first: first)
  }

  private func sample(
    _ variants: [FakeVariant], plan: SamplingPlan, first: Int = 0
  ) async throws -> SampleSet {
    let clock = clock
    var measurement = CaseMeasurement(
      plan: plan, gates: GatePlan(of: CaseIdentity(suite: "S", test: "t", operations: 100), []),
      variants: variants.map(\.variant), first: first, now: { clock.now })
    try await measurement.takeAllSessions(of: variants)
    return measurement.samples
  }

  @Test("Every variant runs the same operations, in sessions that are all closed")
  func sameWork() async throws {
    let a = FakeVariant("a", nanoseconds: 10_000, clock: clock)
    let b = FakeVariant("b", nanoseconds: 30_000, clock: clock)
    let samples = try await sample([a, b], budget: .time(.seconds(1)), first: 8)
    #expect(a.events == b.events)
    #expect(a.events.count { $0 == .begin } == 8)
    #expect(a.events.count { $0 == .end } == 8)
    #expect(samples.variants == ["a", "b"])
    #expect(samples.series[0].blocks.count == samples.series[1].blocks.count)
    var next = 8
    for case .run(let first, let operations) in a.events {
      #expect(first == next)
      next += operations
    }
  }

  @Test("The first operations of a block are run and not counted, nor is their share of what the block used")
  func leadIn() async throws {
    let a = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let plan = SamplingPlan(
      operations: 100, budget: .time(.seconds(1)), seed: Seed(7), blockDuration: .milliseconds(1), leadIn: 2)
    let samples = try await sample([a], plan: plan)
    let series = samples.series[0]
    #expect(!series.blocks.isEmpty)
    for block in series.blocks {
      #expect(block.operations == 48 && block.elapsed == 48 * 20_000)
      #expect(block.usage[.clientCPU] == 48)
    }
    #expect(series.latencies.count == 48 * series.blocks.count)
    guard case .run(let first, let operations)? = a.events.last(where: { $0 != .end }) else {
      Issue.record("nothing ran")
      return
    }
    #expect(operations == 50 && samples.nextOperation == first + 50)
  }

  @Test("A session goes on with the operations where the one before it ended, though others run it")
  func handedOn() async throws {
    let clock = clock
    let plan = SamplingPlan(operations: 100, budget: .time(.seconds(1)), seed: Seed(7))
    let sampler = Sampler(plan: plan, now: { clock.now })
    var sampling = Sampling(variants: ["a"], first: 8)
    let first = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    try await sampler.takeSession(0, of: [first], into: &sampling)
    let ended = sampling.samples.nextOperation
    let second = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    try await sampler.takeSession(1, of: [second], into: &sampling)
    guard case .run(let start, _)? = second.events.first(where: { $0 != .begin }) else {
      Issue.record("nothing ran")
      return
    }
    #expect(ended > 8 && start == ended)
    #expect(Set(sampling.samples.series[0].blocks.map(\.session)) == [0, 1])
    #expect(first.events.last == .end && second.events.last == .end)
  }

  @Test("Connections are opened in an order that is reversed in every other session")
  func opening() {
    let schedule = Schedule(variantCount: 3, seed: Seed(5))
    for session in stride(from: 0, to: 20, by: 2) {
      #expect(schedule.opening(session: session) == schedule.opening(session: session + 1).reversed())
    }
    #expect(Set((0..<20).map { schedule.opening(session: $0) }).count > 3)
  }

  @Test("Warm-up isn't measured, and is told")
  func warmUp() async throws {
    let a = FakeVariant("a", nanoseconds: 10_000, clock: clock)
    let samples = try await sample([a], budget: .time(.seconds(1)))
    let ran = a.events.reduce(0) { if case .run(_, let operations) = $1 { $0 + operations } else { $0 } }
    #expect(samples.warmUp.operations >= 32 * 8)
    #expect(samples.warmUp.operations + samples.series[0].latencies.count == ran)
    #expect(samples.warmUp.duration == samples.warmUp.operations * 10_000)
  }

  @Test("Warm-up goes on while operations become faster, and tells in how many sessions they stopped to")
  func steady() async throws {
    let a = FakeVariant("a", nanoseconds: 10_000, clock: clock, start: { max(0, 20_000 - $0 * 40) })
    let samples = try await sample([a], budget: .time(.seconds(1)))
    #expect(samples.warmUp.sessions == 8)
    #expect(samples.warmUp.steadySessions == 8)
    #expect(samples.series[0].latencies.allSatisfy { $0 == 10_000 })
  }

  @Test("Warm-up ends once each variant's times have stopped falling, though later ones come and go")
  func steadyByTurns() async throws {
    let clock = clock
    // Three blocks slow and three fast, where the other variant's are fast and slow.
    let variants = [0, 1].map { place in
      FakeVariant(
        place == 0 ? "a" : "b", nanoseconds: 10_000, clock: clock,
        start: { ($0 / 75 + place) % 2 * 10_000 })
    }
    let samples = try await sample(variants, budget: .time(.seconds(1)))
    #expect(samples.warmUp.steadySessions == samples.warmUp.sessions)
  }

  @Test("Once it is known how long blocks are, a warm-up goes from its first operation to a quarter of that")
  func quarter() async throws {
    let a = FakeVariant("a", nanoseconds: 10_000, clock: clock)
    _ = try await sample([a], budget: .time(.seconds(1)))
    let sessions = a.events.split(separator: .begin).map { events in
      events.compactMap { if case .run(_, let operations) = $0 { operations } else { nil } }
    }
    #expect(sessions[0].prefix(4) == [1, 2, 4, 8])
    #expect(sessions.count == 8 && sessions.dropFirst().allSatisfy { $0.prefix(3) == [1, 25, 25] })
  }

  @Test("Warm-up ends after an eighth of the session's time even if operations still become faster")
  func neverSteady() async throws {
    let a = FakeVariant("a", nanoseconds: 10_000, clock: clock, start: { 100_000_000 / ($0 + 100) })
    let samples = try await sample([a], budget: .time(.seconds(1)))
    #expect(samples.warmUp.sessions == 8)
    #expect(samples.warmUp.steadySessions == 0)
    #expect(samples.warmUp.duration < 400_000_000)
  }

  @Test("The length of blocks is decided in a steady state, not by a first session that never reached one")
  func coldStart() async throws {
    // Ten times as slow and ever faster in the first session, as of a server that has just started.
    let clock = clock
    let sampler = Sampler(
      plan: SamplingPlan(operations: 1000, budget: .time(.seconds(1)), seed: Seed(7)), now: { clock.now })
    var sampling = Sampling(variants: ["a"])
    let cold = FakeVariant("a", nanoseconds: 200_000, clock: clock, start: { 100_000_000 / ($0 + 100) })
    let warm = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let slower = FakeVariant("a", nanoseconds: 40_000, clock: clock)
    try await sampler.takeSession(0, of: [cold], into: &sampling)
    try await sampler.takeSession(1, of: [warm], into: &sampling)
    try await sampler.takeSession(2, of: [slower], into: &sampling)
    #expect(sampling.samples.warmUp.steadySessions == 2)
    let lengths = sampling.samples.series[0].blocks.sessions.map { Set($0.map(\.operations)) }
    #expect(try #require(lengths[0].first) < 10)
    #expect(lengths == [lengths[0], [100], [100]])
  }

  @Test("Where no session reaches a steady state, the one before tells how long blocks are to be")
  func everCold() async throws {
    // Of a machine that is so busy that warm-up ends by its time: each session begins slow.
    let clock = clock
    let sampler = Sampler(
      plan: SamplingPlan(operations: 1000, budget: .time(.seconds(1)), seed: Seed(7)), now: { clock.now })
    var sampling = Sampling(variants: ["a"])
    for session in 0..<3 {
      let variant = FakeVariant(
        "a", nanoseconds: 20_000, clock: clock, start: { $0 == 0 ? 25_000_000 : 0 })
      try await sampler.takeSession(session, of: [variant], into: &sampling)
    }
    #expect(sampling.samples.warmUp.steadySessions == 0)
    let lengths = sampling.samples.series[0].blocks.sessions.map { Set($0.map(\.operations)) }
    #expect(try #require(lengths[0].first) < 10)
    #expect(lengths == [lengths[0], [100], [100]])
  }

  @Test("A disturbed round is taken again, as many times as the plan allows, and then kept")
  func disturbed() async throws {
    let a = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let b = FakeVariant("b", nanoseconds: 20_000, clock: clock, isDisturbed: { $0.isMultiple(of: 10) })
    let samples = try await sample([a, b], budget: .time(.seconds(1)))
    #expect(try #require(samples.retakenRounds["checkpoint"]) > 10)
    #expect(samples.disturbedRounds == 0)
    #expect(samples.series[0].blocks.count == samples.series[1].blocks.count)
    let always = FakeVariant("c", nanoseconds: 20_000, clock: clock, isDisturbed: { _ in true })
    let spoiled = try await sample([always], budget: .rounds(12))
    #expect(spoiled.series[0].blocks.count == 12)
    #expect(spoiled.disturbedRounds == 12)
    #expect(spoiled.retakenRounds == ["checkpoint": 7])
  }

  @Test("Rounds that are taken again don't shorten their session, and are in the whole time")
  func retaken() async throws {
    let calm = FakeVariant("calm", nanoseconds: 20_000, clock: clock)
    // Half of all blocks, until no more may be taken again.
    let often = FakeVariant("often", nanoseconds: 20_000, clock: clock, isDisturbed: { $0.isMultiple(of: 2) })
    let quiet = try await sample([calm], budget: .time(.seconds(1)))
    let disturbed = try await sample([often], budget: .time(.seconds(1)))
    let retaken = try #require(disturbed.retakenRounds["checkpoint"])
    #expect(retaken > 100)
    #expect(disturbed.series[0].blocks.count == quiet.series[0].blocks.count)
    let sessions = Dictionary(grouping: disturbed.series[0].blocks, by: \.session)
    #expect(sessions.count == 8 && sessions.values.allSatisfy { $0.count >= 60 })
    #expect(disturbed.series[0].uncompared.count == retaken)
    #expect(disturbed.series[0].disturbances == ["checkpoint": retaken + disturbed.disturbedRounds])
  }

  @Test("One block that was interrupted while a case warms up doesn't decide how long its blocks are")
  func interruptedWarmUp() async throws {
    let usual = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let expected = try await sample([usual], operations: 1000, budget: .time(.seconds(1)))
    for place in 4..<30 {
      let blocks = Mutex(0)
      let once = FakeVariant(
        "a", nanoseconds: 20_000, clock: clock,
        start: { _ in
          blocks.withLock { blocks in
            blocks += 1
            return blocks == place ? 500_000 : 0
          }
        })
      let samples = try await sample([once], operations: 1000, budget: .time(.seconds(1)))
      let (length, usual) = (samples.series[0].blocks[0].operations, expected.series[0].blocks[0].operations)
      #expect(length * 10 >= usual * 8, "block \(place): \(length) instead of \(usual)")
    }
  }

  @Test("The first operation on each fresh connection is kept, and lead-ins count for the whole time")
  func start() async throws {
    let a = FakeVariant("a", nanoseconds: 20_000, clock: clock, start: { $0 == 0 ? 7_000_000 : 0 })
    let plan = SamplingPlan(
      operations: 100, budget: .time(.seconds(1)), seed: Seed(7), blockDuration: .milliseconds(1), leadIn: 2)
    let series = try await sample([a], plan: plan).series[0]
    #expect(series.firstOperations == Array(repeating: 7_020_000, count: 8))
    #expect(series.uncompared.count == series.blocks.count)
    #expect(series.uncompared.allSatisfy { $0.operations == 2 && $0.elapsed == 40_000 })
  }

  @Test("Every session has a pair of rounds at least, also when its first is disturbed and the time is up")
  func disturbedWhenTimeIsUp() async throws {
    for period in 3...9 {
      for place in 0..<period {
        let slow = FakeVariant(
          "slow", nanoseconds: 500_000_000, clock: clock, isDisturbed: { $0 % period == place })
        let samples = try await sample([slow], operations: 1, budget: .time(.seconds(1)))
        let sessions = Dictionary(grouping: samples.series[0].blocks, by: \.session)
        #expect(sessions.count == 4 && sessions.values.allSatisfy { $0.count == 2 })
      }
    }
  }

  @Test("Sampling ends when the intervals are as narrow as asked for")
  func narrow() async throws {
    let a = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let b = FakeVariant("b", nanoseconds: 22_000, clock: clock)
    let budget = Budget.untilHalfWidth(.percent(0.5), atMost: .seconds(10))
    let samples = try await sample([a, b], budget: budget)
    #expect(Set(samples.series[0].blocks.map(\.session)).count == 6)
  }

  @Test("How long it took to connect is kept for each session, and what blocks used, with them")
  func kept() async throws {
    let a = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let samples = try await sample([a], budget: .rounds(16), first: 5)
    #expect(samples.series[0].openings.count == 4)
    #expect(samples.series[0].blocks.allSatisfy { $0.usage == [.clientCPU: Double($0.operations)] })
    let ran = a.events.reduce(0) { if case .run(_, let operations) = $1 { $0 + operations } else { $0 } }
    #expect(samples.nextOperation == 5 + ran)
  }

  @Test("Where it is asked, connections are opened several times in a session, and their mean is kept")
  func openedAgain() async throws {
    let clock = clock
    let sampler = Sampler(
      plan: SamplingPlan(operations: 100, budget: .rounds(4), seed: Seed(7)), now: { clock.now })
    let a = FakeVariant(
      "a", nanoseconds: 10_000, clock: clock, opening: { $0 == 3 ? 7_000_000 : 3_000_000 })
    let b = FakeVariant("b", nanoseconds: 10_000, clock: clock, opening: { _ in 5_000_000 })
    var sampling = Sampling(variants: ["a", "b"])
    try await sampler.takeSession(0, of: [a, b], into: &sampling, openings: 4)
    #expect(sampling.samples.series.map(\.openings) == [[4_000_000], [5_000_000]])
    try await sampler.takeSession(1, of: [a, b], into: &sampling)
    #expect(sampling.samples.series.map(\.openings) == [[4_000_000, 3_000_000], [5_000_000, 5_000_000]])
    for variant in [a, b] {
      let beforeIt = variant.events.prefix { $0 == .begin || $0 == .end }
      #expect(Array(beforeIt) == [.begin, .end, .begin, .end, .begin, .end, .begin])
      #expect(variant.events.count { $0 == .begin } == 5 && variant.events.count { $0 == .end } == 5)
    }
  }

  @Test(
    "What takes long is opened as often as a fifth of a second allows, and once at least",
    arguments: [(50, 4), (51, 3), (66, 3), (67, 2), (100, 2), (101, 1), (5000, 1)])
  func openedOnce(milliseconds: Int, openings: Int) async throws {
    let clock = clock
    let sampler = Sampler(
      plan: SamplingPlan(operations: 100, budget: .rounds(4), seed: Seed(7)), now: { clock.now })
    let a = FakeVariant("a", nanoseconds: 10_000, clock: clock, opening: { _ in milliseconds * 1_000_000 })
    var sampling = Sampling(variants: ["a"])
    try await sampler.takeSession(0, of: [a], into: &sampling, openings: 4)
    #expect(a.events.count { $0 == .begin } == openings)
    #expect(sampling.samples.series[0].openings == [milliseconds * 1_000_000])
  }

  @Test("Blocks have one length, rounds come in pairs, and the budget is kept")
  func budget() async throws {
    let a = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let b = FakeVariant("b", nanoseconds: 20_000, clock: clock)
    let samples = try await sample([a, b], budget: .time(.seconds(1)))
    let blocks = samples.series[0].blocks
    #expect(Set(blocks.map(\.operations)) == [100])
    for session in 0..<8 { #expect(blocks.count { $0.session == session }.isMultiple(of: 2)) }
    let measured = samples.series.flatMap(\.blocks).reduce(0) { $0 + $1.elapsed }
    #expect((1_000_000_000...1_100_000_000).contains(measured))
  }

  @Test("A great count outlasts the time")
  func count() async throws {
    let a = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let samples = try await sample([a], operations: 100_000, budget: .time(.milliseconds(100)))
    #expect(samples.series[0].latencies.count >= 100_000)
  }

  @Test("A budget of rounds is kept, in pairs")
  func rounds() async throws {
    let a = FakeVariant("a", nanoseconds: 20_000, clock: clock)
    let samples = try await sample([a], operations: 10, budget: .rounds(16))
    #expect(samples.series[0].blocks.count == 16)
  }

  @Test("A variant that fails ends the case with its error, and all sessions are closed")
  func failure() async throws {
    let a = FakeVariant("a", nanoseconds: 10_000, clock: clock)
    let b = FakeVariant("b", nanoseconds: 10_000, clock: clock, failsAt: 500)
    await #expect(throws: FakeVariant.Failure.self) {
      try await sample([a, b], budget: .time(.seconds(1)))
    }
    for variant in [a, b] {
      #expect(variant.events.count { $0 == .begin } == variant.events.count { $0 == .end })
    }
  }

  @Test("A cancelled task stops between two blocks")
  func cancelled() async throws {
    let a = FakeVariant("a", nanoseconds: 1, clock: clock)
    let task = Task {
      try await sample([a], operations: .max, budget: .time(.seconds(1_000_000)))
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(a.events.last == .end)
  }
}
