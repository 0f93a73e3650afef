import PGMeasuring
import PGStatistics
import PGSystem
import Testing

@Suite("Sampling plan")
struct SamplingPlanTests {
  private func plan(
    _ operations: Int = 1000, clients: Int = 1, budget: Budget = .time(.seconds(2)),
    warmUp: WarmUp = .automatic
  ) -> SamplingPlan {
    SamplingPlan(operations: operations, clients: clients, budget: budget, warmUp: warmUp, seed: Seed(1))
  }

  @Test("A longer budget has more sessions, from 4 to 16")
  func sessions() {
    #expect(plan(budget: .time(.milliseconds(300))).sessions == 4)
    #expect(plan(budget: .time(.seconds(1))).sessions == 8)
    #expect(plan(budget: .time(.seconds(60))).sessions == 16)
    #expect(plan(budget: .rounds(2)).sessions == 1)
    #expect(plan(budget: .rounds(100)).sessions == 8)
  }

  @Test("A block takes about 2 ms, and never more operations than the count")
  func blockLength() {
    #expect(plan().blockLength(nanosecondsPerOperation: 20_000) == 100)
    #expect(plan(10).blockLength(nanosecondsPerOperation: 20_000) == 10)
    #expect(plan().blockLength(nanosecondsPerOperation: 50_000_000) == 1)
  }

  @Test(
    "A plan with a lead-in has blocks of three times as many operations at least, as long as it takes half a block at most"
  )
  func leadIn() {
    let plan = SamplingPlan(
      operations: 100, budget: .untilDecided(atMost: .seconds(5)), seed: Seed(1),
      blockDuration: .milliseconds(1), leadIn: 2)
    #expect(plan.blockLength(nanosecondsPerOperation: 20_000) == 50)
    #expect(plan.blockLength(nanosecondsPerOperation: 240_000) == 6)
    #expect(plan.blockLength(nanosecondsPerOperation: 400_000) == 3)
    #expect(plan.blockLength(nanosecondsPerOperation: 600_000) == 1)
    #expect(plan.blockLength(nanosecondsPerOperation: 5_000_000) == 1)
    #expect([50, 6, 5, 3, 2, 1].map(plan.leadIn(ofBlock:)) == [2, 2, 1, 1, 0, 0])
  }

  @Test("Without a lead-in, and with several clients, every operation of a block counts")
  func noLeadIn() {
    #expect(plan().leadIn(ofBlock: 100) == 0)
    let several = SamplingPlan(
      operations: 100, clients: 5, budget: .time(.seconds(1)), seed: Seed(1), leadIn: 2)
    #expect(several.leadIn(ofBlock: 100) == 0)
  }

  @Test("With several clients a block takes about 20 ms, with as many operations for each")
  func clients() {
    let length = plan(clients: 5).blockLength(nanosecondsPerOperation: 70_000)
    #expect(length % 5 == 0)
    #expect((280...285).contains(length))
    #expect(plan(3, clients: 5).blockLength(nanosecondsPerOperation: 70_000) == length)
    #expect(plan(clients: 5).blockLength(nanosecondsPerOperation: 70_000_000) == 5)
  }

  @Test("A session is over once its share of the time and of the operations is used up")
  func over() {
    let plan = plan(8000)
    #expect(!plan.isOver(session: 0, rounds: 5, operations: 499, nanoseconds: 2_000_000_000))
    #expect(!plan.isOver(session: 0, rounds: 5, operations: 8000, nanoseconds: 100_000_000))
    #expect(plan.isOver(session: 0, rounds: 5, operations: 8000, nanoseconds: 2_000_000_000))
    #expect(!plan.isOver(session: 15, rounds: 5, operations: 7999, nanoseconds: 2_000_000_000))
  }

  @Test("A session is warm past the sixth execution and once steady, unless that takes too long")
  func warm() {
    #expect(!plan().isWarm(operations: 31, nanoseconds: 1000, isSteady: true))
    #expect(!plan().isWarm(operations: 320, nanoseconds: 1000, isSteady: false))
    #expect(plan().isWarm(operations: 32, nanoseconds: 1000, isSteady: true))
    #expect(plan().isWarm(operations: 2, nanoseconds: 50_000_000, isSteady: false))
    #expect(!plan(warmUp: .operations(100)).isWarm(operations: 99, nanoseconds: .max, isSteady: true))
    #expect(
      plan(warmUp: .time(.milliseconds(1))).isWarm(operations: 0, nanoseconds: 1_000_000, isSteady: false))
  }

  @Test("A disturbed round is taken again a few times, and of many rounds more often")
  func retaking() {
    #expect(plan().mayRetake(retaken: 3, rounds: 0))
    #expect(!plan().mayRetake(retaken: 4, rounds: 0))
    #expect(plan().mayRetake(retaken: 33, rounds: 90))
    #expect(!plan().mayRetake(retaken: 34, rounds: 90))
  }

  @Test("A budget by width is used up when every interval is narrow enough, after pairs of sessions")
  func narrowEnough() {
    let plan = plan(100, budget: .untilHalfWidth(.percent(0.5), atMost: .seconds(10)))
    func isEnough(session: Int = 7, operations: Int = 100, _ halfWidths: Double...) -> Bool {
      plan.isNarrowEnough(
        session: session, operations: operations,
        estimates: halfWidths.map {
          RatioEstimate(ratio: 1, low: 1 - $0, high: 1 + $0, confidence: 0.95, sessions: 8, rounds: 8)
        })
    }
    #expect(isEnough(0.004))
    #expect(!isEnough(0.006))
    #expect(!isEnough(0.004, 0.006))
    #expect(!isEnough())
    #expect(!isEnough(session: 6, 0.004))
    #expect(!isEnough(session: 3, 0.004))
    #expect(!isEnough(operations: 99, 0.004))
    #expect(plan.sessions == 53)
    #expect(plan.isOver(session: 52, rounds: 1, operations: 100, nanoseconds: 10_000_000_000))
    #expect(!self.plan().isNarrowEnough(session: 7, operations: 1_000_000, estimates: []))
  }

  @Test(
    "A budget until gates are decided has four looks, after as many sessions each, the last one at the end")
  func looks() {
    let plan = plan(budget: .untilDecided(atMost: .seconds(4)))
    #expect(plan.sessions == 32 && plan.looks == 4)
    let looks = (0..<32).compactMap { session in plan.look(after: session).map { (session, $0) } }
    #expect(looks.map(\.0) == [7, 15, 23, 31])
    #expect(
      looks.map(\.1) == [
        Look(0, isLast: false), Look(1, isLast: false), Look(2, isLast: false), Look(3, isLast: true),
      ])
    #expect(self.plan(budget: .untilDecided(atMost: .milliseconds(10))).sessions == 8)
    #expect(self.plan(budget: .untilDecided(atMost: .seconds(60))).sessions == 32)
    #expect(self.plan().looks == 1)
  }

  @Test("The last look comes before its session once the time is up, after pairs of sessions, four at least")
  func timeIsUp() {
    func look(_ budget: Budget, session: Int = 3, operations: Int = 100, seconds: Int) -> Look? {
      SamplingPlan(operations: 100, budget: budget, seed: Seed(1)).lookWhenTimeIsUp(
        session: session, operations: operations, nanoseconds: seconds * 1_000_000_000)
    }
    #expect(look(.time(.seconds(3)), seconds: 3) == .only)
    #expect(look(.time(.seconds(3)), seconds: 2) == nil)
    #expect(look(.time(.seconds(3)), session: 2, seconds: 3) == nil)
    #expect(look(.time(.seconds(3)), session: 4, seconds: 3) == nil)
    #expect(look(.time(.seconds(3)), operations: 99, seconds: 3) == nil)
    // The planned end is no other.
    #expect(look(.time(.seconds(3)), session: 15, seconds: 3) == nil)
    // What may end early by itself has three times as long.
    #expect(look(.untilDecided(atMost: .seconds(4)), seconds: 11) == nil)
    #expect(look(.untilDecided(atMost: .seconds(4)), seconds: 12) == Look(3, isLast: true))
    #expect(look(.rounds(100), seconds: 1000) == nil)
  }

  @Test("A plan says how many looks there are, of eight sessions at most, and how long a session is at least")
  func moreLooks() {
    func plan(_ budget: Duration) -> SamplingPlan {
      SamplingPlan(
        operations: 100, budget: .untilDecided(atMost: budget), seed: Seed(1), looks: 6,
        leastSession: .milliseconds(50))
    }
    #expect(plan(.seconds(60)).sessions == 48)
    #expect(plan(.milliseconds(1200)).sessions == 24)
    #expect(plan(.milliseconds(10)).sessions == 12)
    for budget in [Duration.seconds(60), .milliseconds(1200), .milliseconds(10)] {
      let plan = plan(budget)
      let looks = (0..<plan.sessions).compactMap { plan.look(after: $0) }
      #expect(looks == (0..<6).map { Look($0, isLast: $0 == 5) })
    }
  }
}
