import PGDriver
import PGTestSupport
import Testing

/// The blocking driver has a `transaction` of its own, whose body doesn't suspend.
@Suite("A blocking transaction", .paced, .timeLimit(.minutes(5)))
struct SyncTransactionTests {
  struct Stop: Error {}

  private func withConnection(_ body: (SyncConnection) throws -> Void) async throws {
    try await TestDriver.sync.withConnection { connection in
      let connection = try #require(connection as? SyncConnection)
      try connection.execute("CREATE TEMPORARY TABLE t (n int)")
      try body(connection)
    }
  }

  private func count(_ connection: SyncConnection) throws -> Int64 {
    try connection.query("SELECT count(*) FROM t")[0].decode(Int64.self, at: 0)
  }

  @Test("is committed when its body returns")
  func commit() async throws {
    try await withConnection { connection in
      let answer = try connection.transaction { connection in
        _ = try connection.query("INSERT INTO t VALUES (1)")
        return connection.transactionStatus
      }
      #expect(answer == .inTransaction)
      let kept = try count(connection)
      #expect(kept == 1)
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test("is rolled back when its body throws, and throws the same")
  func rollback() async throws {
    try await withConnection { connection in
      #expect(throws: Stop.self) {
        try connection.transaction { connection in
          _ = try connection.query("INSERT INTO t VALUES (1)")
          throw Stop()
        }
      }
      let kept = try count(connection)
      #expect(kept == 0)
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test("whose body hides a failure says that it was not committed")
  func hiddenFailure() async throws {
    try await withConnection { connection in
      let error = #expect(throws: PostgresError.self) {
        try connection.transaction { connection in
          _ = try connection.query("INSERT INTO t VALUES (1)")
          _ = try? connection.query("SELECT 1 / 0")
        }
      }
      #expect(error?.code == .rolledBack)
      let kept = try count(connection)
      #expect(kept == 0)
    }
  }

  @Test("in a transaction is a savepoint, rolled back by itself")
  func nested() async throws {
    try await withConnection { connection in
      struct Stop: Error {}
      try connection.transaction { connection in
        _ = try connection.query("INSERT INTO t VALUES (1)")
        #expect(throws: Stop.self) {
          try connection.transaction {
            _ = try $0.query("INSERT INTO t VALUES (2)")
            throw Stop()
          }
        }
      }
      let kept = try count(connection)
      #expect(kept == 1)
    }
  }

  @Test("on a closed connection fails, and its body never runs")
  func closed() async throws {
    try await withConnection { connection in
      connection.close()
      let error = #expect(throws: PostgresError.self) {
        try connection.transaction { _ in Issue.record("the body ran") }
      }
      #expect(error?.code == .connectionClosed)
    }
  }
}
