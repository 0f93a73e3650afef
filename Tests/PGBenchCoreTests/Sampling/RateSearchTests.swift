import PGStatistics
import PGSystem
import PGVerdicts
import Testing

@testable import PGMeasuring

/// A service that takes a fixed time for an operation, one after the other.
struct QueueingService: SampledVariant {
  let variant: Variant
  /// How long an operation takes, in nanoseconds.
  let time: Int
  var clock = FakeClock()
  /// How long the first operation of a block takes besides; given the block's first index.
  var pause: @Sendable (Int) -> Int = { _ in 0 }

  func beginSession(_ session: Int) async throws {}
  func endSession() async {}

  func run(first: Int, operations: Int, rate: ArrivalRate?) async throws -> BlockTiming {
    guard let rate else {
      clock.advance(operations * time)
      return BlockTiming(elapsed: operations * time, latencies: Array(repeating: time, count: operations))
    }
    return timing(first: first, operations: operations, rate: rate)
  }

  func timing(first: Int, operations: Int, rate: ArrivalRate) -> BlockTiming {
    let starts = rate.starts(of: operations, seed: Seed(UInt64(first)))
    var end = pause(first)
    let latencies = starts.map { start in
      end = max(start, end) + time
      return end - start
    }
    clock.advance(end)
    return BlockTiming(
      elapsed: end, latencies: latencies, intended: (starts.last ?? 0) + Int(rate.distance))
  }
}

@Suite("RateSearch")
struct RateSearchTests {
  /// Searches to the end, and returns the rate that was found and how many were tried.
  private func search(
    _ service: QueueingService, _ goal: RateGoal = RateGoal(.p99, atMost: .milliseconds(5)),
    closedLoop: Double? = nil, tries: Int = 200
  ) -> (rate: Double?, probes: Int, state: RateSearch) {
    var search = RateSearch(goal, clients: 1, closedLoop: closedLoop ?? 1e9 / Double(service.time))
    var probes = 0
    while !search.isOver, probes < tries {
      search.note(service.timing(first: probes, operations: search.operations, rate: search.rate))
      probes += 1
    }
    return (search.found?.perSecond, probes, search)
  }

  @Test(
    "The highest rate of a service is what it has time for, wherever the search begins",
    arguments: [20_000, 300_000, 2_000_000], [0.01, 0.5, 1, 3, 100])
  func capacity(time: Int, start: Double) throws {
    let capacity = 1e9 / Double(time)
    let found = search(QueueingService(variant: "a", time: time), closedLoop: capacity * start)
    let rate = try #require(found.rate)
    // A queue that grows by no more than a held rate's may is none; the last step is 2 %.
    #expect(rate > 0.97 * capacity && rate < 1.03 * capacity, "\(rate / capacity)")
    #expect(found.state.isOver && found.probes <= 40, "\(found.probes)")
  }

  @Test("Arrivals at random hold a percentile up to a lower rate than those at equal distances")
  func poisson() throws {
    let service = QueueingService(variant: "a", time: 1_000_000)
    let goal = RateGoal(.p99, atMost: .milliseconds(5), arrivals: .poisson)
    let random = try #require(search(service, goal).rate)
    let equal = try #require(search(service).rate)
    #expect(random < 0.9 * equal && random > 0.3 * equal, "\(random), \(equal)")
  }

  @Test(
    "A latency that no operation reaches in a quarter of a second doesn't hide that ever more of them wait")
  func backlog() throws {
    let goal = RateGoal(.p99, atMost: .seconds(1))
    let rate = try #require(search(QueueingService(variant: "a", time: 100_000), goal).rate)
    #expect(rate > 9700 && rate < 10_300, "\(rate)")
  }

  @Test("A pause of the machine in one of several tries doesn't end the search")
  func pauses() throws {
    // As long as a fifth of a second is in each fourth try.
    let service = QueueingService(
      variant: "a", time: 100_000, pause: { $0.isMultiple(of: 4) ? 50_000_000 : 0 })
    let rate = try #require(search(service).rate)
    #expect(rate > 9500 && rate < 10_300, "\(rate)")
  }

  @Test(
    "A rate that fails once holds if it does so twice afterwards",
    arguments: [
      ([false, true, true], true), ([false, true, false], false), ([true], true), ([false, false], false),
    ])
  func tries(outcomes: [Bool], holds: Bool) {
    var search = RateSearch(RateGoal(.p99, atMost: .milliseconds(5)), clients: 1, closedLoop: 1000)
    let rate = search.rate.perSecond
    for isWithin in outcomes {
      #expect(search.rate.perSecond == rate && search.found == nil)
      let time = Int(search.rate.distance) * search.operations
      search.note(
        BlockTiming(
          elapsed: time,
          latencies: Array(repeating: isWithin ? 1_000_000 : 6_000_000, count: search.operations),
          intended: time))
    }
    #expect(search.found?.perSecond == (holds ? rate : nil))
    #expect(search.rate.perSecond == (holds ? rate * 1.25 : rate / 2))
  }

  @Test("A service whose every operation takes longer than is asked for holds no rate")
  func none() throws {
    let found = search(QueueingService(variant: "a", time: 6_000_000))
    #expect(found.rate == nil && found.state.isOver)
    #expect(found.state.latestFailure == 6_000_000)
    // Five hundred operations in ten seconds.
    #expect(found.state.lowest == 50)
  }

  @Test("No rate is tried above the greatest, and one that holds there is the highest")
  func greatest() throws {
    let found = search(QueueingService(variant: "a", time: 100))
    #expect(found.rate == ArrivalRate.greatest && found.state.isOver)
  }

  @Test("Nothing known of a closed loop is no reason to fail", arguments: [Double.infinity, .nan, 0])
  func unknown(closedLoop: Double) throws {
    let rate = try #require(search(QueueingService(variant: "a", time: 100_000), closedLoop: closedLoop).rate)
    #expect(rate > 9700)
  }
}

@Suite("RateGoal")
struct RateGoalTests {
  @Test("A rate is tried for a quarter of a second, or for as many operations as the percentile needs")
  func operations() {
    let goal = RateGoal(.p99, atMost: .milliseconds(5))
    #expect(goal.operations(perSecond: 10_000, clients: 1) == 2500)
    #expect(goal.operations(perSecond: 100, clients: 1) == 500)
    #expect(goal.operations(perSecond: 100, clients: 7) == 504)
    #expect(RateGoal(.p999, atMost: .seconds(1)).operations(perSecond: 100, clients: 1) == 5000)
  }

  @Test(
    "A latency is above 0 and at most 10 s",
    arguments: [(0, false), (1, true), (10_000_000_000, true), (10_000_000_001, false)])
  func problem(nanoseconds: Int, isFine: Bool) {
    #expect((RateGoal(.p99, atMost: .nanoseconds(nanoseconds)).problem == nil) == isFine)
  }
}

@Suite("Sampler, of the highest rate")
struct RateSamplingTests {
  private func measured(
    _ a: Int, _ b: Int, _ goal: RateGoal = RateGoal(.p99, atMost: .milliseconds(5))
  ) async throws -> CaseMeasurement {
    let clock = FakeClock()
    let plan = SamplingPlan(
      operations: 10, budget: .untilDecided(atMost: .seconds(3)), seed: Seed(1), goal: goal)
    let gate = Gate("b", .time, .reference("a", .percent(10)))
    var measurement = CaseMeasurement(
      plan: plan,
      gates: GatePlan(
        of: CaseIdentity(suite: "S", test: "t", operations: 10),
        [PlannedGate(gate, rules: GateRules(rates: ErrorRates(falseAlarm: 0.001)))]),
      variants: ["a", "b"], now: { clock.now })
    try await measurement.takeAllSessions(of: [
      QueueingService(variant: "a", time: a, clock: clock),
      QueueingService(variant: "b", time: b, clock: clock),
    ])
    return measurement
  }

  @Test(
    "Operations per second are the highest rate, and variants are compared by the time between operations")
  func compared() async throws {
    let measurement = try await measured(100_000, 200_000)
    let samples = measurement.samples
    #expect(samples.series.allSatisfy { $0.blocks.count == 8 && $0.blocks.sessions.count == 8 })
    let analysis = try Analysis(of: samples)
    let (a, b) = (try #require(analysis["a"]), try #require(analysis["b"]))
    #expect(abs(a.operationsPerSecond / 10_000 - 1) < 0.03 && abs(b.operationsPerSecond / 5000 - 1) < 0.03)
    #expect(abs(try #require(analysis.comparisons.first).estimate.ratio - 2) < 0.06)
    #expect(a.latency.p99 <= .milliseconds(5) && b.latency.p99 <= .milliseconds(5))
    #expect(measurement.outcomes.map(\.verdict) == [.regressed])
  }

  @Test("Two that hold the same rate are within tolerance of each other")
  func same() async throws {
    let measurement = try await measured(100_000, 100_000)
    #expect(measurement.isOver && measurement.outcomes.map(\.verdict) == [.withinTolerance])
  }

  @Test("A variant that holds no rate ends the case, which says how far it was")
  func notFound() async throws {
    let error = await #expect(throws: RateNotFound.self) { _ = try await measured(100_000, 7_000_000) }
    let text = "\(try #require(error))"
    #expect(text.contains("Variant \"b\" holds a p99 of at most 5.00 ms at no rate: at 50"), "\(text)")
    #expect(text.contains("it was 7.00 ms"), "\(text)")
  }
}
