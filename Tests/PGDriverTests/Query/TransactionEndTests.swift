import PGDriver
import PGTestSupport
import Testing

/// However a transaction's scope is left, the connection is idle or closed, and the caller knows what the server holds.
@Suite("A transaction's scope that is left", .paced, .timeLimit(.minutes(5)))
struct TransactionEndTests {
  struct Stop: Error {}

  @Test("by a task that was cancelled meanwhile is rolled back", arguments: EventLoop.Backend.allCases)
  func cancelledBody(backend: EventLoop.Backend) async throws {
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let task = Task {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (1)")
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
      #expect(try await errorOf { try await task.value }.code == .cancelled)
      #expect(connection.transactionStatus == .idle)
      try await connection.transaction { _ = try await $0.query("INSERT INTO t VALUES (2)") }
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT sum(n) FROM t") == 2)
    }
  }

  @Test("by an inner body whose task was cancelled is rolled back to its savepoint")
  func cancelledInnerBody() async throws {
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let task = Task {
        try await connection.transaction { connection in
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (1)")
            withUnsafeCurrentTask { $0?.cancel() }
          }
        }
      }
      #expect(try await errorOf { try await task.value }.code == .cancelled)
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test(
    "works after the prepared statements were discarded", arguments: TestDriver.allCases,
    ["DISCARD ALL", "DEALLOCATE ALL"])
  func discarded(driver: TestDriver, discard: String) async throws {
    try await driver.withConnection { connection in
      for _ in 1...2 {
        try await connection.transaction { _ = try await $0.query("SELECT 1") }
        try await connection.execute(discard)
        try await connection.transaction { _ in }
        #expect(await connection.transactionStatus == .idle)
      }
    }
  }

  @Test("by an inner body that hides a failure rolls its savepoint back", arguments: TestDriver.allCases)
  func hiddenInnerFailure(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO t VALUES (1)")
        let error = try await errorOf {
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (2)")
            _ = try? await connection.query("SELECT 1 / 0")
          }
        }
        #expect(error.code == .rolledBack)
        #expect(await connection.transactionStatus == .inTransaction)
        _ = try await connection.query("INSERT INTO t VALUES (4)")
      }
      #expect(try await connection.value("SELECT sum(n) FROM t") == 5)
    }
  }

  @Test("by a body that runs ROLLBACK itself says so", arguments: TestDriver.allCases)
  func ownRollback(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      for rollback in ["ROLLBACK", "ROLLBACK; BEGIN", "ROLLBACK AND CHAIN"] {
        let error = try await errorOf {
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (1)")
            try await connection.execute(rollback)
            _ = try await connection.query("INSERT INTO t VALUES (2)")
          }
        }
        #expect(error.code == .rolledBack, "\(rollback)")
        #expect(await connection.transactionStatus == .idle)
      }
    }
  }

  @Test("by a body that runs COMMIT itself says so", arguments: TestDriver.allCases)
  func ownCommit(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      for commit in ["COMMIT", "COMMIT AND CHAIN"] {
        let error = try await errorOf {
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (1)")
            _ = try await connection.query(PostgresQuery(sql: commit))
          }
        }
        #expect(error.code == .misuse)
        #expect(error.message.contains("COMMIT"))
        #expect(await connection.transactionStatus == .idle)
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 2)
    }
  }

  @Test("by a body with savepoints of its own is committed", arguments: TestDriver.allCases)
  func ownSavepoints(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO t VALUES (1)")
        try await connection.execute("SAVEPOINT mine; INSERT INTO t VALUES (2); ROLLBACK TO SAVEPOINT mine")
        _ = try await connection.query("INSERT INTO t VALUES (4)")
      }
      #expect(try await connection.value("SELECT sum(n) FROM t") == 5)
    }
  }

  @Test("by an inner body that ended the outer transaction says so", arguments: TestDriver.allCases)
  func innerRollback(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for commands in ["ROLLBACK", "ROLLBACK; BEGIN"] {
        let error = try await errorOf {
          try await connection.transaction { connection in
            try await connection.transaction { try await $0.execute(commands) }
          }
        }
        #expect(error.code == .rolledBack)
        #expect(await connection.transactionStatus == .idle)
      }
    }
  }

  @Test(
    "by a COMMIT without an answer says that its outcome is unknown", arguments: TestDriver.allCases,
    [false, true])
  func lostCommit(driver: TestDriver, commits: Bool) async throws {
    let table = "lost_\(UInt32.random(in: .min ... .max))"
    // The COMMIT waits in a deferred trigger until its backend is ended.
    try await driver.withConnection {
      try await $0.execute(
        """
        CREATE TABLE \(table) (n int);
        CREATE FUNCTION wait_\(table)() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON \(table) DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION wait_\(table)()
        """)
    }
    try await driver.withConnection { connection in
      let backend = await connection.backendProcessID
      let ending = Task {
        try await SharedDatabase.untilAsleep(backend)
        try await SharedDatabase.terminate(backend)
      }
      let error = try await errorOf {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO \(unescaped: table) VALUES (1)")
        }
      }
      try await ending.value
      #expect(error.code == .commitOutcomeUnknown)
      #expect(error.sqlState == .adminShutdown)
      #expect(await connection.isClosed)
    }
    try await driver.withConnection {
      try await $0.execute("DROP TABLE \(table); DROP FUNCTION wait_\(table)")
    }
  }

  @Test("after the body had closed the connection says that nothing was committed")
  func closedByBody() async throws {
    for driver in TestDriver.allCases {
      try await driver.withConnection { connection in
        let error = try await errorOf { try await connection.transaction { await $0.close() } }
        #expect(error.code == .connectionClosed)
      }
    }
  }

  @Test("with a COMMIT that its task's cancellation meets is seen through")
  func cancelledCommit() async throws {
    let table = "slow_\(UInt32.random(in: .min ... .max))"
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute(
        """
        CREATE TABLE \(table) (n int);
        CREATE FUNCTION wait_\(table)() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON \(table) DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION wait_\(table)()
        """)
      let backend = connection.backendProcessID
      let task = Task {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO \(unescaped: table) VALUES (1)")
        }
      }
      try await SharedDatabase.untilAsleep(backend)
      task.cancel()
      try await task.value
      #expect(try await connection.value("SELECT count(*) FROM \(unescaped: table)") == 1)
      try await connection.execute("DROP TABLE \(table); DROP FUNCTION wait_\(table)")
    }
  }

  @Test("is run again after a cached plan became stale, if it may be", arguments: TestDriver.allCases)
  func stalePlan(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t AS SELECT 1 AS n")
      _ = try await connection.query("SELECT * FROM t")
      try await connection.execute("ALTER TABLE t ADD m int")
      let columns = try await connection.transaction(TransactionOptions(retries: 1)) {
        try await $0.query("SELECT * FROM t").columns.count
      }
      #expect(columns == 2)
    }
  }
}
