import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("A condition", .paced, .timeLimit(.minutes(5)))
struct ConditionTests {
  @Test("wakes a thread that waits for the value")
  func wakes() async throws {
    let condition = Condition(0)
    let threads = try BlockingExecutor(threads: 1)
    let waiting = Task(executorPreference: threads) { condition.wait { $0 >= 3 ? $0 * 10 : nil } }
    for _ in 1...3 {
      try await Task.sleep(for: .milliseconds(5))
      condition.change { $0 += 1 }
    }
    #expect(await waiting.value == 30)
    threads.shutdown()
  }

  @Test("wakes all if told so")
  func wakesAll() async throws {
    let condition = Condition(false)
    let threads = try BlockingExecutor(threads: 4)
    let waiting = (0..<4).map { i in Task(executorPreference: threads) { condition.wait { $0 ? i : nil } } }
    try await Task.sleep(for: .milliseconds(20))
    condition.change(wakingAll: true) { $0 = true }
    var sum = 0
    for task in waiting { sum += await task.value }
    #expect(sum == 6)
    threads.shutdown()
  }

  @Test("loses no change made by many threads")
  func changes() async throws {
    let condition = Condition(0)
    let threads = try BlockingExecutor(threads: 8)
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask(executorPreference: threads) { for _ in 0..<10_000 { condition.change { $0 += 1 } } }
      }
    }
    #expect(condition.change { $0 } == 80_000)
    threads.shutdown()
  }
}
