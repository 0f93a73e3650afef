import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

@Suite("A server that is killed", .paced, .timeLimit(.minutes(5)))
struct KilledServerTests {
  @Test(
    "is an error to the idle, the waiting and the new connection, in bounded time",
    arguments: TestDriver.allCases)
  func killed(driver: TestDriver) async throws {
    let server = try await ThrowawayServer.start()
    do {
      let configuration = try await server.database(for: .empty).configuration
      try await driver.withConnection(to: configuration) { idle in
        _ = try await idle.query("SELECT 1")
        try await driver.withConnection(to: configuration) { waiting in
          let processes = [
            server.processIdentifier, await idle.backendProcessID, await waiting.backendProcessID,
          ]
          let ending = Task {
            try await Task.sleep(for: .milliseconds(100))
            for process in processes { kill(process, SIGKILL) }
          }
          let ofWaiting = try await inBoundedTime {
            try await errorOf { try await waiting.query("SELECT pg_sleep(60)") }
          }
          try await ending.value
          #expect(ofWaiting.code == .connectionLost)
          #expect(ofWaiting.sqlState == nil)
          #expect(await waiting.isClosed)
          let ofIdle = try await inBoundedTime { try await errorOf { try await idle.query("SELECT 1") } }
          #expect(ofIdle.code == .connectionLost)
          #expect(await idle.isClosed)
          let ofNew = try await inBoundedTime {
            try await errorOf { try await driver.connect(to: configuration) }
          }
          #expect(ofNew.code == .connectionFailed)
        }
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }
}
