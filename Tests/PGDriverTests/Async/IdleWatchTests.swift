import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("A watch on an idle connection", .paced, .timeLimit(.minutes(5)))
struct IdleWatchTests {
  /// In a process of its own: of a closure that is wrapped once more each time, the stack's end would end them all.
  @Test("is renewed a million times, and its handler called like the first time")
  func renewed() async throws {
    await #expect(processExitsWith: .success) {
      let waiter = SocketWaiter(on: try EventLoop())
      let calls = Lock(0)
      for _ in 0..<1_000_000 { try waiter.watchIdle { calls.withLock { $0 += 1 } } }
      waiter.becameReady()
      #expect(calls.withLock { $0 } == 1)
    }
  }
}
