import Foundation
import PGDriver
import PGTestSupport
import Testing

/// A server that has always sent more by the time the client has taken what came, so that the client never waits.
///
/// It sends a notice with each row, and the client takes its time over a notice.
@Suite("From a server that is faster than the client", .paced, .timeLimit(.minutes(10)))
struct FastServerTests {
  /// Rows with notices, and at last one that leaves a mark which outlives a failure: a sequence that was called.
  private static let rows = """
    SELECT pg_temp.say_and_return(i) FROM generate_series(1, 200000) AS i
    UNION ALL SELECT nextval('reached_the_end')
    """

  /// Runs a body, and sees that its statement was cancelled before it came to its end.
  private func expectCancelled(
    _ driver: TestDriver, _ body: (any PostgresConnection) async throws -> Void
  ) async throws {
    try await driver.withConnection(onNotice: { _ in Thread.sleep(forTimeInterval: 0.000_2) }) { connection in
      try await connection.execute(
        """
        CREATE TEMPORARY SEQUENCE reached_the_end;
        CREATE FUNCTION pg_temp.say_and_return(number int) RETURNS int LANGUAGE plpgsql
        AS 'BEGIN RAISE NOTICE ''here it is''; RETURN number; END'
        """)
      try await body(connection)
      #expect(try await connection.value("SELECT is_called FROM reached_the_end") == false)
    }
  }

  @Test("rows that are left early are cancelled", arguments: TestDriver.allCases)
  func rows(driver: TestDriver) async throws {
    try await expectCancelled(driver) { connection in
      try await driver.stream(PostgresQuery(sql: Self.rows), on: connection) { _ in false }
    }
  }

  @Test("a COPY that is left early is cancelled", arguments: TestDriver.allCases)
  func copy(driver: TestDriver) async throws {
    try await expectCancelled(driver) { connection in
      let sql = "COPY (\(Self.rows)) TO STDOUT"
      if let connection = connection as? SyncConnection {
        try connection.copyOut(sql) { _ = try $0.next() }
      } else if let connection = connection as? AsyncConnection {
        try await connection.copyOut(sql) { data in
          for try await _ in data { break }
        }
      }
    }
  }

  @Test("a COPY that was run as a script is cancelled", arguments: TestDriver.allCases)
  func script(driver: TestDriver) async throws {
    try await expectCancelled(driver) { connection in
      let error = try await errorOf { try await connection.execute("COPY (\(Self.rows)) TO STDOUT") }
      #expect(error.code == .misuse)
    }
  }

  @Test("rows and a COPY end when their task is cancelled", arguments: [false, true])
  func task(isCopy: Bool) async throws {
    try await expectCancelled(.async(.best)) { connection in
      let connection = try #require(connection as? AsyncConnection)
      let taken = Recorder<Void>()
      let task = Task {
        if isCopy {
          try await connection.copyOut("COPY (\(Self.rows)) TO STDOUT") { data in
            for try await _ in data where taken.elements.isEmpty { taken.note(()) }
          }
        } else {
          try await connection.withRows(of: PostgresQuery(sql: Self.rows)) { rows in
            for try await _ in rows where taken.elements.isEmpty { taken.note(()) }
          }
        }
      }
      while taken.elements.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      task.cancel()
      let error = try await errorOf { try await task.value }
      #expect(error.code == .cancelled)
    }
  }
}
