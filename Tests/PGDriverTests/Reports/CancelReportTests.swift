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
      let error = try await inBoundedTime {
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
    // On a busy machine the driver's patience with the request may end first: then there is nothing to be seen.
    for _ in 1...5 where try await gaveResult(driver) { return }
    Issue.record("In five attempts no statement ended before the driver's patience with its cancel request.")
  }

  /// Whether a statement gave its result, in spite of its cancel request; then the connection is closed.
  private func gaveResult(_ driver: TestDriver) async throws -> Bool {
    let results = Recorder<Int32>()
    try await withServer(of: driver, timeout: .milliseconds(300)) { connection, stop in
      stop()
      do {
        // So much longer than the time-out that the request is on its way on a busy machine as well, and shorter than
        // the driver's patience of 5 seconds with it.
        let rows = try await connection.query("SELECT 7 FROM pg_sleep(4)")
        results.note(try rows[0].decode(Int32.self))
      } catch let error as PostgresError where error.code == .connectionLost {
        #expect(error.message.contains("cancel request"))
      }
      #expect(await connection.isClosed)
    }
    guard let result = results.elements.first else { return false }
    #expect(result == 7)
    return true
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
      let error = try await inBoundedTime { try await errorOf { try await task.value } }
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
      let error = try await inBoundedTime {
        try await errorOf { try await connection.firstRow(of: "SELECT generate_series(1, 1000000000000)") }
      }
      #expect(error.code == .connectionLost)
      #expect(await connection.isClosed)
    }
  }
}
