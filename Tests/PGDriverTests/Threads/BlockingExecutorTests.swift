import PGDriver
import PGSystem
import PGTestSupport
import Testing

@Suite("A blocking executor", .paced, .timeLimit(.minutes(5)))
struct BlockingExecutorTests {
  @Test("lets as many tasks block at once as it has threads", arguments: [1, 2, 8, 32])
  func blocking(threads: Int) async throws {
    let executor = try BlockingExecutor(threads: threads)
    #expect(executor.threads == threads)
    let crowd = Crowd()
    await withTaskGroup { group in
      for _ in 0..<threads * 2 {
        group.addTask(executorPreference: executor) {
          crowd.enter()
          // Until all the others block too, as far as there are threads; else for a while.
          for _ in 0..<500 where crowd.most < threads { usleep(1_000) }
          usleep(5_000)
          crowd.leave()
        }
      }
    }
    #expect(crowd.most == threads)
    executor.shutdown()
  }

  @Test("of no thread has one", arguments: [0, -1])
  func atLeastOne(threads: Int) async throws {
    let executor = try BlockingExecutor(threads: threads)
    #expect(executor.threads == 1)
    #expect(await withTaskExecutorPreference(executor) { 7 } == 7)
    executor.shutdown()
  }

  @Test("runs tasks first come, first served")
  func order() async throws {
    let executor = try BlockingExecutor(threads: 1)
    let order = Recorder<Int>()
    await withTaskGroup { group in
      for i in 0..<5000 { group.addTask(executorPreference: executor) { order.note(i) } }
    }
    #expect(order.elements == Array(0..<5000))
    executor.shutdown()
  }

  @Test("runs what is there when it is shut down, and ends its threads")
  func shutdown() async throws {
    weak var gone: BlockingExecutor?
    do {
      let executor = try BlockingExecutor(threads: 3)
      gone = executor
      let tasks = (0..<100).map { i in
        Task(executorPreference: executor) {
          usleep(100)
          return i
        }
      }
      executor.shutdown()
      executor.shutdown()
      var sum = 0
      for task in tasks { sum += await task.value }
      #expect(sum == 4950)
    }
    #expect(await eventually { gone == nil }, "a thread still holds the executor")
  }

  @Test("names its threads to the kernel's calls, each once")
  func threadIDs() throws {
    let executor = try BlockingExecutor(threads: 4)
    #expect(executor.threadIDs.count == 4)
    #if os(Linux)
      #expect(Set(executor.threadIDs).count == 4)
      for thread in executor.threadIDs { #expect(ThreadClock.nanoseconds(ofThread: thread) != nil) }
    #endif
    executor.shutdown()
  }

  @Test("carries blocking connections, one for each thread")
  func connections() async throws {
    let executor = try BlockingExecutor(threads: 8)
    let configuration = try await SharedDatabase.configuration
    let sum = try await SharedDatabase.atOnce(8) { lock in
      try await withThrowingTaskGroup { group in
        for i in 1...8 {
          group.addTask(executorPreference: executor) {
            let connection = try SyncConnection.connect(to: configuration)
            defer { connection.close() }
            return try connection.query("SELECT \(i), pg_advisory_lock_shared(\(lock))")[0]
              .decode(Int.self, at: 0)
          }
        }
        return try await group.reduce(0, +)
      }
    }
    #expect(sum == 36)
    executor.shutdown()
  }
}

/// Counts who is there at once.
private final class Crowd: Sendable {
  private let counts = Lock((now: 0, most: 0))

  var most: Int { counts.withLock { $0.most } }

  func enter() {
    counts.withLock { counts in
      counts.now += 1
      counts.most = max(counts.most, counts.now)
    }
  }

  func leave() { counts.withLock { $0.now -= 1 } }
}
