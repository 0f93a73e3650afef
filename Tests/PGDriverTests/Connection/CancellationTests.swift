import PGDriver
import PGSystem
import PGTestSupport
import Testing

@Suite("A command that is cancelled", .paced, .timeLimit(.minutes(5)))
struct CancellationTests {
  @Test(
    "with its task ends on the server, and leaves the connection usable",
    arguments: EventLoop.Backend.allCases)
  func task(backend: EventLoop.Backend) async throws {
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      for _ in 1...3 {
        let task = Task { try await connection.query("SELECT pg_sleep(60)") }
        try await Task.sleep(for: .milliseconds(30))
        task.cancel()
        let error = try await inBoundedTime { try await errorOf { try await task.value } }
        #expect(error.code == .cancelled)
        #expect(try await connection.value("SELECT 1") == Int32(1))
      }
    }
  }

  @Test("before it began isn't sent")
  func before() async throws {
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await connection.query("SELECT 1")
      }
      task.cancel()
      #expect(try await errorOf { try await task.value }.code == .cancelled)
    }
  }

  @Test("in a transaction rolls the transaction back")
  func transaction() async throws {
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let task = Task {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (1)")
          _ = try await connection.query("SELECT pg_sleep(60)")
        }
      }
      try await Task.sleep(for: .milliseconds(50))
      task.cancel()
      #expect(try await errorOf { try await task.value }.code == .cancelled)
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("at a random moment, a thousand times, never hits another command")
  func random() async throws {
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      var generator = SystemRandomNumberGenerator()
      for round in 0..<1000 {
        let task = Task { try await connection.query("SELECT pg_sleep(0.001), \(round)") }
        if round % 2 == 0 {
          try await Task.sleep(for: .microseconds(Int.random(in: 0...1500, using: &generator)))
        }
        task.cancel()
        do {
          #expect(try await task.value[0].decode(Int.self, at: 1) == round)
        } catch let error as PostgresError {
          #expect(error.code == .cancelled)
        }
      }
      for _ in 0..<100 { #expect(try await connection.value("SELECT 1") == Int32(1)) }
    }
  }

  @Test("by the statement time-out says so, and leaves the connection usable", arguments: TestDriver.allCases)
  func timeout(driver: TestDriver) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.statementTimeout = .milliseconds(100)
    try await driver.withConnection(to: configuration) { connection in
      for _ in 1...2 {
        let error = try await inBoundedTime {
          try await errorOf { try await connection.query("SELECT pg_sleep(60)") }
        }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("statementTimeout"))
        let one: Int32 = try await withinTimeout { try await connection.value("SELECT 1") }
        #expect(one == 1)
      }
    }
  }

  /// A connection and a task group's worth of work that must end soon after it was cancelled.
  private func cancelled(
    _ body: @escaping @Sendable (AsyncConnection) async throws -> Void
  ) async throws {
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let task = Task { try await body(connection) }
      try await Task.sleep(for: .milliseconds(100))
      task.cancel()
      let error = try await inBoundedTime { try await errorOf { try await task.value } }
      #expect(error.code == .cancelled)
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("while rows are copied in stores none")
  func copyRows() async throws {
    try await cancelled { connection in
      try await connection.copyRows(into: "t") { rows in
        // More than a busy machine copies before it comes to cancelling.
        for n in 0..<Int32.max { try await rows.append(n) }
      }
    }
  }

  @Test("while data is copied in stores none, though the body hides it")
  func hiddenInCopy() async throws {
    try await cancelled { connection in
      try await connection.copyIn("COPY t FROM STDIN") { writer in
        for _ in 0..<Int32.max {
          do { try await writer.write(Array("1\n".utf8)) } catch { break }
        }
      }
    }
  }

  @Test("while a statement is run for many rows changes none")
  func executeMany() async throws {
    let rows: [[any PostgresEncodable]] = (0..<Int32(1_000_000)).map { [$0] }
    try await cancelled { connection in
      try await connection.executeMany("INSERT INTO t VALUES ($1)", rows)
    }
  }

  @Test("while it is still being sent has no effect")
  func sending() async throws {
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let text = String(repeating: "0123456789", count: 3_000_000)
      let backend = connection.backendProcessID
      // It reads nothing while it is stopped, so that the socket's buffers fill up.
      try #require(kill(backend, SIGSTOP) == 0)
      let task = Task { try await connection.query("INSERT INTO t SELECT length(\(text)) FROM pg_sleep(60)") }
      try await Task.sleep(for: .milliseconds(100))
      task.cancel()
      try await Task.sleep(for: .milliseconds(100))
      kill(backend, SIGCONT)
      let error = try await inBoundedTime { try await errorOf { try await task.value } }
      #expect(error.code == .cancelled)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }
}
