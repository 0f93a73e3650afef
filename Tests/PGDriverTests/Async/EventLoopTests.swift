import PGDriver
import PGTestSupport
import Testing

@Suite("An event loop", .paced, .timeLimit(.minutes(5)))
struct EventLoopTests {
  /// An actor that lives on a loop, as a user may write one.
  private actor Resident {
    let loop: EventLoop
    var order: [Int] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.actorExecutor.asUnownedSerialExecutor() }

    init(on loop: EventLoop) { self.loop = loop }

    func note(_ number: Int) { order.append(number) }
    func isOnLoop() -> Bool { loop.isCurrent }
  }

  @Test("runs the tasks that prefer it on its one thread", arguments: EventLoop.Backend.allCases)
  func taskExecutor(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    #expect(!loop.isCurrent)
    await withTaskExecutorPreference(loop) {
      #expect(loop.isCurrent)
      await Task.yield()
      #expect(loop.isCurrent)
      async let child = loop.isCurrent
      #expect(await child)
    }
    #expect(!loop.isCurrent)
    loop.shutdown()
  }

  @Test("is the executor of actors on it", arguments: EventLoop.Backend.allCases)
  func serialExecutor(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let resident = Resident(on: loop)
    #expect(await resident.isOnLoop())
    await withTaskExecutorPreference(loop) { #expect(await resident.isOnLoop()) }
    await Task { await resident.note(1) }.value
    #expect(await resident.order == [1])
    loop.shutdown()
  }

  @Test(
    "runs thousands of tasks from many threads, each thread's in order", arguments: EventLoop.Backend.allCases
  )
  func manyTasks(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let threads = try BlockingExecutor(threads: 8)
    let resident = Resident(on: loop)
    await withTaskGroup { group in
      for thread in 0..<8 {
        group.addTask(executorPreference: threads) {
          for i in 0..<1000 { await resident.note(thread * 1000 + i) }
        }
      }
    }
    let order = await resident.order
    #expect(order.count == 8000)
    for thread in 0..<8 {
      #expect(order.filter { $0 / 1000 == thread } == Array(thread * 1000..<(thread + 1) * 1000))
    }
    threads.shutdown()
    loop.shutdown()
  }

  @Test("runs jobs in the order of their arrival", arguments: EventLoop.Backend.allCases)
  func order(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let order = Recorder<Int>()
    await withTaskGroup { group in
      for i in 0..<5000 {
        group.addTask(executorPreference: loop) { order.note(i) }
      }
    }
    #expect(order.elements == Array(0..<5000))
    loop.shutdown()
  }

  @Test("serves sockets though tasks on it never rest", arguments: EventLoop.Backend.allCases)
  func busy(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let configuration = try await SharedDatabase.configuration
    let spinning = Task(executorPreference: loop) {
      while !Task.isCancelled { await Task.yield() }
    }
    let connection = try await AsyncConnection.connect(to: configuration, on: loop)
    try await inBoundedTime {
      for i in 0..<10 {
        let answer: Int = try await connection.value("SELECT \(i)")
        #expect(answer == i)
      }
    }
    spinning.cancel()
    await spinning.value
    await connection.close()
    loop.shutdown()
  }

  @Test(
    "ends its thread when it is shut down, after the jobs that are there",
    arguments: EventLoop.Backend.allCases)
  func shutdown(backend: EventLoop.Backend) async throws {
    weak var gone: EventLoop?
    do {
      let loop = try EventLoop(backend: backend)
      gone = loop
      let tasks = (0..<100).map { i in Task(executorPreference: loop) { i } }
      loop.shutdown()
      loop.shutdown()
      var sum = 0
      for task in tasks { sum += await task.value }
      #expect(sum == 4950)
    }
    #expect(await eventually { gone == nil }, "the thread still holds the loop")
  }

  @Test("names its thread to the kernel's calls", arguments: EventLoop.Backend.allCases)
  func threadID(backend: EventLoop.Backend) throws {
    let loop = try EventLoop(backend: backend)
    #if os(Linux)
      #expect(ThreadClock.nanoseconds(ofThread: loop.threadID) != nil)
    #endif
    loop.shutdown()
  }

  @Test("gives everybody the same common loop, on the system's best backend")
  func common() throws {
    #expect(try EventLoop.common() === EventLoop.common())
    #if os(Linux)
      #expect(EventLoop.Backend.best == .epoll)
    #else
      #expect(EventLoop.Backend.best == .poll)
    #endif
  }
}
