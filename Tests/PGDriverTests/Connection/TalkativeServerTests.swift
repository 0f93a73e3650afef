import PGDriver
import PGTestSupport
import Testing

/// A server that never stops talking, and never answers.
@Suite("A statement whose server never stops talking", .paced, .timeLimit(.minutes(5)))
struct TalkativeServerTests {
  enum Flood: CaseIterable {
    case notices, parameters, errors

    var messages: [UInt8] {
      let message =
        switch self {
        case .notices: FakeServer.response("N", "SNOTICE", "VNOTICE", "C00000", "Mnot yet")
        case .parameters: FakeServer.parameterStatus("TimeZone", "UTC")
        case .errors: FakeServer.response("E", "SERROR", "VERROR", "C22012", "Mnot yet")
        }
      return (0..<10_000).flatMap { _ in message }
    }
  }

  /// Lets a client in, and answers its first command by a flood.
  private static func server(_ flood: Flood) throws -> FakeServer {
    try FakeServer { client in
      client.receive()
      client.send(FakeServer.authenticationOk)
      client.send(FakeServer.backendKeyData)
      // A cancel request, on a connection of its own, is over at once.
      guard client.send(FakeServer.readyForQuery), client.receive() else { return }
      let messages = flood.messages
      let end = ContinuousClock.now + .seconds(120)
      while ContinuousClock.now < end, client.send(messages) {}
    }
  }

  @Test(
    "ends with statementTimeout and the patience with a cancel request",
    arguments: zip(TestDriver.allCases, Flood.allCases))
  func timeout(driver: TestDriver, flood: Flood) async throws {
    let server = try Self.server(flood)
    var configuration = PostgresConfiguration(host: server.folder, port: 5432, user: "anna")
    configuration.statementTimeout = .milliseconds(100)
    try await driver.withConnection(to: configuration) { connection in
      let error = try await inBoundedTime {
        try await errorOf { try await connection.execute("SELECT 1") }
      }
      #expect(error.code == .connectionLost)
      #expect(error.message.contains("cancel request"))
      #expect(await connection.isClosed)
    }
  }

  @Test(
    "ends with its task's cancellation", arguments: zip(EventLoop.Backend.allCases, Flood.allCases.reversed())
  )
  func cancelled(backend: EventLoop.Backend, flood: Flood) async throws {
    let server = try Self.server(flood)
    let configuration = PostgresConfiguration(host: server.folder, port: 5432, user: "anna")
    try await TestDriver.async(backend).withConnection(to: configuration) { connection in
      let connection = try #require(connection as? AsyncConnection)
      let task = Task { try await connection.query("SELECT 1") }
      try await Task.sleep(for: .milliseconds(100))
      task.cancel()
      let error = try await inBoundedTime { try await errorOf { try await task.value } }
      #expect(error.code == .connectionLost)
      #expect(connection.isClosed)
    }
  }
}
