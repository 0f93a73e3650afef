import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

/// A server whose postmaster is stopped: backends go on, but cancel requests, which it takes, never end.
@Suite("Reports of cancel requests to a silent server", .paced, .timeLimit(.minutes(5)))
struct CancelReportTests {
  private func withServer(
    of driver: TestDriver, timeout: Duration?,
    _ body: (any PostgresConnection, _ stop: () -> Void) async throws -> Void
  ) async throws {
    let server = try await ThrowawayServer.start()
    let postmaster = server.processIdentifier
    let outcome: Result<Void, any Error>
    do {
      var configuration = try await server.database(for: .empty).configuration
      configuration.statementTimeout = timeout
      try await driver.withConnection(to: configuration) { connection in
        try await body(connection) { kill(postmaster, SIGSTOP) }
      }
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    kill(postmaster, SIGCONT)
    await server.stop()
    try outcome.get()
  }

  /// psycopg/psycopg#1335, npgsql/npgsql#4813: the wait for a cancel request had no end.
  @Test("a statement's time-out ends in bounded time", arguments: TestDriver.allCases)
  func timeout(driver: TestDriver) async throws {
    try await withServer(of: driver, timeout: .milliseconds(300)) { connection, stop in
      stop()
      // Twice as long as the driver's patience: the statement may not be what ends it.
      let error = try await inBoundedTime(.seconds(20)) {
        try await errorOf { try await connection.query("SELECT pg_sleep(40)") }
      }
      #expect(error.code == .connectionLost && error.message.contains("cancel request"))
      #expect(await connection.isClosed)
    }
  }

  /// psycopg/psycopg#1335, where the statement ends by itself while the request is still on its way.
  ///
  /// The request may hit whatever comes next, so the connection can't be used any more.
  @Test("a request that outlives its statement hits no other", arguments: TestDriver.allCases)
  func late(driver: TestDriver) async throws {
    try await withServer(of: driver, timeout: .milliseconds(300)) { connection, stop in
      stop()
      let rows = try await inBoundedTime(.seconds(20)) {
        try await connection.query("SELECT 7 FROM pg_sleep(2)")
      }
      #expect(try rows[0].decode(Int32.self) == 7)
      #expect(await connection.isClosed)
    }
  }

  /// vapor/postgres-nio#647: a task that was cancelled waited for a silent server.
  @Test("a cancelled task ends in bounded time", arguments: EventLoop.Backend.allCases)
  func task(backend: EventLoop.Backend) async throws {
    try await withServer(of: .async(backend), timeout: nil) { connection, stop in
      let connection = try #require(connection as? AsyncConnection)
      stop()
      let task = Task { try await connection.query("SELECT pg_sleep(40)") }
      try await Task.sleep(for: .milliseconds(200))
      task.cancel()
      let error = try await inBoundedTime(.seconds(20)) { try await errorOf { try await task.value } }
      #expect(error.code == .connectionLost || error.code == .cancelled)
      #expect(connection.isClosed)
    }
  }

  /// npgsql/npgsql#4813: rows that are left early are cancelled, too.
  @Test("rows that are left early end in bounded time", arguments: TestDriver.allCases)
  func rows(driver: TestDriver) async throws {
    try await withServer(of: driver, timeout: nil) { connection, stop in
      stop()
      // Endless, so that only the driver ends it.
      let error = try await inBoundedTime(.seconds(30)) {
        try await errorOf { try await connection.firstRow(of: "SELECT generate_series(1, 1000000000000)") }
      }
      #expect(error.code == .connectionLost)
      #expect(await connection.isClosed)
    }
  }
}
