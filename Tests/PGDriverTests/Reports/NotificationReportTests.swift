import PGDriver
import PGTestSupport
import Testing

@Suite("Reports of notifications", .paced, .timeLimit(.minutes(5)))
struct NotificationReportTests {
  /// psycopg/psycopg2#1727: a notification that came with the answer to COMMIT was not seen until the next
  /// statement.
  @Test("one that comes with COMMIT is there without another statement", arguments: TestDriver.allCases)
  func withCommit(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let channel = SharedDatabase.channel("committed")
      if let connection = connection as? SyncConnection {
        try connection.execute("LISTEN \(channel)")
        for n in 1...100 {
          try connection.transaction { connection in
            _ = try connection.query("SELECT pg_notify(\(channel), \("\(n)"))")
          }
          let notification = try connection.nextNotification(timeout: Slowness.limit)
          #expect(notification?.payload == "\(n)")
        }
      } else if let connection = connection as? AsyncConnection {
        let stream = try await connection.notifications(on: channel)
        for n in 1...100 {
          try await connection.transaction { connection in
            _ = try await connection.query("SELECT pg_notify(\(channel), \("\(n)"))")
          }
          #expect(try await payloads(1, of: stream) == ["\(n)"])
        }
      }
    }
  }

  /// psycopg/psycopg2#1586, ged/ruby-pg#588: of many notifications that came together, some waited for more
  /// input.
  ///
  /// There it was TLS that held them; the tests' server has no TCP, and so no TLS. What is the same: one read
  /// brings many.
  @Test("a thousand that come in one transaction all come", arguments: TestDriver.allCases)
  func together(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let channel = SharedDatabase.channel("together")
      let sending: PostgresQuery =
        "SELECT pg_notify(\(channel), n || repeat('x', 7000)) FROM generate_series(1, 1000) n"
      func sendFromAnother() async throws {
        try await TestDriver.async(.best).withConnection { other in _ = try await other.query(sending) }
      }
      if let connection = connection as? SyncConnection {
        try connection.execute("LISTEN \(channel)")
        try await sendFromAnother()
        _ = try connection.query(sending)
        for _ in 1...2000 { try #require(try connection.nextNotification(timeout: Slowness.limit) != nil) }
        #expect(try connection.nextNotification(timeout: .zero) == nil)
      } else if let connection = connection as? AsyncConnection {
        let stream = try await connection.notifications(on: channel)
        try await sendFromAnother()
        _ = try await connection.query(sending)
        #expect(try await payloads(2000, of: stream).count == 2000)
      }
    }
  }
}
