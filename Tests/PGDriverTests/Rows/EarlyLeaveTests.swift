import PGDriver
import PGTestSupport
import Testing

/// `withRows` and `copyOut` left before the end, in a transaction.
@Suite("Rows and COPY that are left early", .paced, .timeLimit(.minutes(5)))
struct EarlyLeaveTests {
  struct Stop: Error {}

  /// Takes one row of many, and leaves, by return or by throwing.
  private func leave(
    _ connection: any PostgresConnection, throwing: Bool,
    _ query: PostgresQuery = "SELECT generate_series(1, 1000000000)"
  ) async throws {
    do {
      if let connection = connection as? SyncConnection {
        try connection.withRows(of: query) {
          _ = try $0.next()
          if throwing { throw Stop() }
        }
      } else if let connection = connection as? AsyncConnection {
        try await connection.withRows(of: query) { rows in
          for try await _ in rows { break }
          if throwing { throw Stop() }
        }
      }
    } catch is Stop {
      #expect(throwing)
    }
  }

  private func leaveCopy(_ connection: any PostgresConnection) async throws {
    let sql = "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT"
    do {
      if let connection = connection as? SyncConnection {
        try connection.copyOut(sql) { data in
          if try data.next() != nil { throw Stop() }
        }
      } else if let connection = connection as? AsyncConnection {
        try await connection.copyOut(sql) { data in
          for try await _ in data { break }
        }
      }
    } catch is Stop {}
  }

  @Test("leave the transaction as it was", arguments: TestDriver.allCases)
  func transaction(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO t VALUES (1)")
        for throwing in [false, true] {
          try await leave(connection, throwing: throwing)
          #expect(await connection.transactionStatus == .inTransaction)
        }
        try await leaveCopy(connection)
        #expect(await connection.transactionStatus == .inTransaction)
        _ = try await connection.query("INSERT INTO t VALUES (2)")
      }
      #expect(try await connection.value("SELECT sum(n) FROM t") == 3)
    }
  }

  @Test("leave no savepoint behind, nor do those that are read to their end", arguments: TestDriver.allCases)
  func savepoints(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("BEGIN")
      try await leave(connection, throwing: false)
      if let connection = connection as? SyncConnection {
        try connection.withRows(of: "SELECT 1") { while try $0.next() != nil {} }
      } else if let connection = connection as? AsyncConnection {
        try await connection.withRows(of: "SELECT 1") { for try await _ in $0 {} }
      }
      let error = try await errorOf { try await connection.execute("RELEASE SAVEPOINT pgdriver_rows") }
      #expect(error.sqlState?.rawValue == "3B001")
      try await connection.execute("ROLLBACK")
    }
  }

  @Test("are spared a failure among the rows that nobody wanted", arguments: TestDriver.allCases)
  func unwantedFailure(driver: TestDriver) async throws {
    let failing: PostgresQuery = "SELECT 1 / (1000 - i) FROM generate_series(1, 2000) i"
    try await driver.withConnection { connection in
      try await connection.transaction { connection in
        // By the time that a row is taken the server has failed, for all rows before that were sent at once.
        for _ in 0..<3 { try await leave(connection, throwing: false, failing) }
        #expect(await connection.transactionStatus == .inTransaction)
      }
      // Whoever takes them all is told.
      let error = try await errorOf { try await connection.query(failing) }
      #expect(error.sqlState?.rawValue == "22012")
    }
  }

  @Test("keep the table that a query makes, its locks, and the cursor", arguments: TestDriver.allCases)
  func intoAndLocks(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await leave(
        connection, throwing: false, "SELECT i INTO TEMPORARY left_table FROM generate_series(1, 200000) i")
      #expect(try await connection.value("SELECT count(*) FROM left_table") == Int64(200_000))
      try await connection.transaction { connection in
        try await leave(
          connection, throwing: false, "SELECT i FROM left_table ORDER BY i FOR NO KEY UPDATE SKIP LOCKED")
        // Whoever holds a row's lock has put its transaction into the row.
        let locked = "SELECT count(*) FROM left_table WHERE xmax <> 0" as PostgresQuery
        #expect(try await connection.value(locked) == Int64(200_000))
        try await connection.execute("DECLARE c CURSOR FOR SELECT generate_series(1, 200000)")
        try await leave(connection, throwing: false, "FETCH 150000 FROM c")
        #expect(try await connection.value("FETCH 1 FROM c") == Int32(150_001))
      }
    }
  }

  @Test("keep what a statement changes", arguments: TestDriver.allCases)
  func changes(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let queries: [PostgresQuery] = [
        "INSERT INTO t SELECT generate_series(1, 100000) RETURNING n",
        "WITH i AS (INSERT INTO t SELECT generate_series(1, 100000) RETURNING n) SELECT n FROM i",
        "/* SELECT */ UPDATE t SET n = n RETURNING n",
      ]
      for query in queries {
        if let connection = connection as? SyncConnection {
          try connection.withRows(of: query) { _ = try $0.next() }
        } else if let connection = connection as? AsyncConnection {
          try await connection.withRows(of: query) { rows in
            for try await _ in rows { break }
          }
        }
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 200_000)
    }
  }
}
