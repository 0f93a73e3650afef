import PGBenchCore
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

  @Test("A session is warm past the sixth execution, unless that takes too long")
  func warm() {
    #expect(!plan().isWarm(operations: 31, nanoseconds: 1000))
    #expect(plan().isWarm(operations: 32, nanoseconds: 1000))
    #expect(plan().isWarm(operations: 2, nanoseconds: 50_000_000))
    #expect(!plan(warmUp: .operations(100)).isWarm(operations: 99, nanoseconds: .max))
    #expect(plan(warmUp: .time(.milliseconds(1))).isWarm(operations: 0, nanoseconds: 1_000_000))
  }
}
