import PGDriver
import PGTestSupport
import Testing

@Suite("Prepared statements", .paced, .timeLimit(.minutes(5)))
struct StatementCacheTests {
  /// How many statements of a text the server holds for a connection.
  private func prepared(_ sql: String, on connection: any PostgresConnection) async throws -> Int64 {
    try await connection.value("SELECT count(*) FROM pg_prepared_statements WHERE statement = \(sql)")
  }

  @Test("are made once for a text, whatever the values", arguments: TestDriver.allCases)
  func once(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for i in 0..<50 {
        let answer: Int = try await connection.value("SELECT \(i) + 1")
        #expect(answer == i + 1)
        let other: Int = try await connection.value("SELECT \(i) - 1")
        #expect(other == i - 1)
      }
      #expect(try await prepared("SELECT $1 + 1", on: connection) == 1)
      #expect(try await prepared("SELECT $1 - 1", on: connection) == 1)
    }
  }

  @Test("are made again for parameters of other types", arguments: TestDriver.allCases)
  func otherTypes(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for _ in 1...2 {
        let integer: Int64 = try await connection.value("SELECT \(Int64(1)) + \(Int64(2))")
        let float: Double = try await connection.value("SELECT \(1.5) + \(2.5)")
        let small: Int16 = try await connection.value("SELECT \(Int16(1)) + \(Int16(2))")
        #expect(integer == 3 && float == 4 && small == 3)
      }
      #expect(try await prepared("SELECT $1 + $2", on: connection) == 3)
    }
  }

  @Test("of texts that only look alike are told apart, byte for byte", arguments: TestDriver.allCases)
  func canonicalEquivalents(driver: TestDriver) async throws {
    // Swift holds these strings for equal, two by two; PostgreSQL doesn't.
    let texts = ["\u{e9}", "e\u{301}", "a\u{323}\u{307}", "a\u{307}\u{323}"]
    try await driver.withConnection { connection in
      for _ in 1...2 {
        for text in texts {
          let answer: String = try await connection.value("SELECT '\(unescaped: text)'::text")
          #expect(Array(answer.utf8) == Array(text.utf8))
        }
      }
    }
  }

  @Test(
    "that the server refuses are forgotten, and work once the reason is gone", arguments: TestDriver.allCases)
  func failedPrepare(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for _ in 1...2 {
        let error = try await errorOf { try await connection.query("SELECT n FROM later WHERE n = \(1)") }
        #expect(error.code == .server)
        #expect(error.sqlState == .undefinedTable)
        #expect(await connection.transactionStatus == .idle)
      }
      try await connection.execute("CREATE TEMPORARY TABLE later AS SELECT 1::int8 AS n")
      let answer: Int = try await connection.value("SELECT n FROM later WHERE n = \(1)")
      #expect(answer == 1)
    }
  }

  @Test("stay good after an execution that fails", arguments: TestDriver.allCases)
  func failedExecution(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for divisor in [1, 0, 1] {
        let query: PostgresQuery = "SELECT 6 / \(divisor)"
        if divisor == 0 {
          #expect(
            try await errorOf { try await connection.query(query) }.sqlState == SQLState(rawValue: "22012"))
        } else {
          let answer: Int = try await connection.value(query)
          #expect(answer == 6)
        }
      }
      #expect(try await prepared("SELECT 6 / $1", on: connection) == 1)
    }
  }

  @Test("made in a transaction that was rolled back go on working", arguments: TestDriver.allCases)
  func rolledBack(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for _ in 1...2 {
        _ = try await connection.query("BEGIN")
        let answer: Int = try await connection.value("SELECT \(1) + 1")
        #expect(answer == 2)
        _ = try await connection.query("ROLLBACK")
      }
    }
  }

  @Test(
    "are at most as many as configured, the least recently used going first", arguments: TestDriver.allCases)
  func leastRecentlyUsed(driver: TestDriver) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.statementCacheSize = 3
    try await driver.withConnection(to: configuration) { connection in
      for number in 0..<10 {
        _ = try await connection.query("SELECT 'always'")
        _ = try await connection.query("SELECT 'number \(unescaped: "\(number)")'")
      }
      let kept = try await connection.query("SELECT statement FROM pg_prepared_statements")
        .map { try $0.decode(String.self, at: 0) }
      #expect(kept.count <= 4)
      #expect(kept.contains("SELECT 'always'"))
      #expect(kept.contains("SELECT 'number 9'"))
      #expect(!kept.contains("SELECT 'number 5'"))
    }
  }

  @Test("are none with a cache of 0", arguments: TestDriver.allCases)
  func off(driver: TestDriver) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.statementCacheSize = 0
    try await driver.withConnection(to: configuration) { connection in
      for number in 0..<5 { #expect(try await connection.value("SELECT \(number)::int8") == number) }
      let outcomes = try await connection.pipeline(["SELECT \(1)::int8", "SELECT \(2)::int8"])
      #expect(try outcomes.map { try $0.get()[0].decode(Int.self, at: 0) } == [1, 2])
      #expect(try await connection.value("SELECT count(*) FROM pg_prepared_statements") == 0)
    }
  }

  @Test("whose result changed are prepared anew", arguments: TestDriver.allCases)
  func changedResult(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t AS SELECT 1 AS a")
      #expect(try await connection.query("SELECT * FROM t").columns.count == 1)
      try await connection.execute("ALTER TABLE t ADD b text")
      #expect(try await connection.query("SELECT * FROM t").columns.map(\.name) == ["a", "b"])
      #expect(try await connection.query("SELECT * FROM t").columns.count == 2)
    }
  }

  @Test("that were discarded are prepared anew", arguments: TestDriver.allCases)
  func discarded(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      #expect(try await connection.value("SELECT \(1)::int8") == 1)
      try await connection.execute("DISCARD ALL")
      #expect(try await connection.value("SELECT \(2)::int8") == 2)
    }
  }
}
