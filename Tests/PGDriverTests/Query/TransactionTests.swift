import PGDriver
import PGTestSupport
import Testing

/// The transactions that code written for either driver gets; `SyncTransactionTests` has those of the blocking one.
@Suite("A transaction", .paced, .timeLimit(.minutes(5)))
struct TransactionTests {
  struct Stop: Error {}

  @Test("is committed when its body returns", arguments: TestDriver.allCases)
  func commit(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let answer = try await connection.transaction { connection in
        #expect(await connection.transactionStatus == .inTransaction)
        _ = try await connection.query("INSERT INTO t VALUES (1)")
        return "done"
      }
      #expect(answer == "done")
      #expect(await connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT count(*) FROM t") == 1)
    }
  }

  @Test("is rolled back when its body throws, and throws the same", arguments: TestDriver.allCases)
  func rollback(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      for _ in 1...2 {
        await #expect(throws: Stop.self) {
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (1)")
            throw Stop()
          }
        }
        #expect(await connection.transactionStatus == .idle)
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("is rolled back when a statement of it fails", arguments: TestDriver.allCases)
  func failingStatement(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let error = try await errorOf {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (1)")
          _ = try? await connection.query("SELECT 1 / 0")
          #expect(await connection.transactionStatus == .inFailedTransaction)
          _ = try await connection.query("INSERT INTO t VALUES (2)")
        }
      }
      #expect(error.sqlState == .inFailedSQLTransaction)
      #expect(await connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("whose body hides a failure says that it was not committed", arguments: TestDriver.allCases)
  func hiddenFailure(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let error = try await errorOf {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (1)")
          _ = try? await connection.query("SELECT 1 / 0")
        }
      }
      #expect(error.code == .rolledBack)
      #expect(await connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("whose COMMIT fails throws the reason", arguments: TestDriver.allCases)
  func failingCommit(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
      let error = try await errorOf {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (1), (1)")
        }
      }
      #expect(error.sqlState == .uniqueViolation)
      #expect(await connection.transactionStatus == .idle)
    }
  }

  @Test("in a transaction is a savepoint, kept or rolled back by itself", arguments: TestDriver.allCases)
  func nested(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO t VALUES (1)")
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (2)")
          await #expect(throws: Stop.self) {
            try await connection.transaction {
              _ = try await $0.query("INSERT INTO t VALUES (4)")
              throw Stop()
            }
          }
        }
        let error = try await errorOf {
          try await connection.transaction { _ = try await $0.query("SELECT 1 / 0") }
        }
        #expect(error.sqlState?.rawValue == "22012")
        #expect(await connection.transactionStatus == .inTransaction)
      }
      #expect(try await connection.value("SELECT sum(n) FROM t") == 3)
    }
  }

  @Test("in a transaction has no options of its own", arguments: TestDriver.allCases)
  func nestedOptions(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf {
        try await connection.transaction {
          try await $0.transaction(TransactionOptions(isReadOnly: true)) { _ in }
        }
      }
      #expect(error.code == .misuse)
      #expect(await connection.transactionStatus == .idle)
    }
  }

  @Test("has the isolation level and the mode that it is given", arguments: TestDriver.allCases)
  func options(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for level in TransactionOptions.IsolationLevel.allCases {
        let options = TransactionOptions(isolation: level, isReadOnly: true)
        try await connection.transaction(options) { connection in
          let found: String = try await connection.value("SHOW transaction_isolation")
          #expect(found.uppercased() == level.rawValue)
          #expect(try await connection.value("SHOW transaction_read_only") == "on")
        }
      }
    }
  }

  @Test(
    "is run again after a serialization failure, as often as it is allowed to", arguments: TestDriver.allCases
  )
  func retries(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      var runs = 0
      let fails = "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"
      let answer = try await connection.transaction(TransactionOptions(retries: 2)) { connection in
        runs += 1
        if runs < 3 { try await connection.execute(fails) }
        return runs
      }
      #expect(answer == 3)
      runs = 0
      let error = try await errorOf {
        try await connection.transaction(TransactionOptions(retries: 1)) { connection in
          runs += 1
          try await connection.execute(fails)
        }
      }
      #expect(error.sqlState == .serializationFailure)
      #expect(runs == 2)
      #expect(await connection.transactionStatus == .idle)
    }
  }

  @Test("on a closed connection fails, and its body never runs", arguments: TestDriver.allCases)
  func closed(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      await connection.close()
      let error = try await errorOf {
        try await connection.transaction { _ in Issue.record("the body ran") }
      }
      #expect(error.code == .connectionClosed)
    }
  }

  @Test(
    "whose connection breaks in the middle says so, and nothing of it is kept", arguments: TestDriver.allCases
  )
  func broken(driver: TestDriver) async throws {
    let table = "broken_\(UInt32.random(in: .min ... .max))"
    try await driver.withConnection { try await $0.execute("CREATE TABLE \(table) (n int)") }
    try await driver.withConnection { connection in
      let error = try await inBoundedTime {
        try await errorOf {
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO \(unescaped: table) VALUES (1)")
            try await SharedDatabase.terminate(connection.backendProcessID)
            _ = try await connection.query("INSERT INTO \(unescaped: table) VALUES (2)")
          }
        }
      }
      #expect(error.code == .connectionLost)
      #expect(await connection.isClosed)
      #expect(await connection.transactionStatus == .unknown)
    }
    try await driver.withConnection { connection in
      #expect(try await connection.value("SELECT count(*) FROM \(unescaped: table)") == 0)
      try await connection.execute("DROP TABLE \(table)")
    }
  }
}
