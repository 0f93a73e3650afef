import PGDriver
import PGTestSupport
import Testing

/// What can't be sent, or can't be run in this way, leaves the connection as it was.
@Suite("A command that is refused leaves the connection usable:", .paced, .timeLimit(.minutes(5)))
struct RefusalTests {
  @Test("a pipeline with a parameter that can't be sent", arguments: TestDriver.allCases)
  func pipeline(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (s text)")
      for bad in 0...2 {
        let rows: [[any PostgresEncodable]] = (0..<3).map { [$0 == bad ? "a\0b" : "fine"] }
        let error = try await errorOf { try await connection.executeMany("INSERT INTO t VALUES ($1)", rows) }
        #expect(error.code == .encoding)
        #expect(await connection.transactionStatus == .idle)
      }
      let ragged = try await errorOf { try await connection.pipeline(["SELECT \([[1], [2, 3]])"]) }
      #expect(ragged.code == .encoding)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("a statement with more parameters than the protocol counts", arguments: TestDriver.allCases)
  func tooManyParameters(driver: TestDriver) async throws {
    let many = (0..<65_536).map { _ in 1 as Int32 }
    let query = PostgresQuery(sql: "SELECT 1", parameters: many)
    try await driver.withConnection { connection in
      let error = try await errorOf { try await connection.query(query) }
      #expect(error.code == .encoding)
      #expect(try await errorOf { try await connection.pipeline([query]) }.code == .encoding)
      #expect(try await errorOf { try await connection.pipeline(["SELECT 1", query]) }.code == .encoding)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test(
    "COPY as a query, in a script or in a pipeline", arguments: TestDriver.allCases,
    ["COPY t FROM STDIN", "COPY t TO STDOUT", "COPY (SELECT generate_series(1, 100000)) TO STDOUT"])
  func copy(driver: TestDriver, sql: String) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int); INSERT INTO t VALUES (1)")
      let query = PostgresQuery(sql: sql)
      #expect(try await errorOf { try await connection.query(query) }.code == .misuse)
      #expect(
        try await errorOf { try await connection.execute("SELECT 1; \(sql); SELECT 2") }.code == .misuse)
      #expect(try await errorOf { try await connection.pipeline(["SELECT 1", query]) }.code == .misuse)
      #expect(await connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT count(*) FROM t") == 1)
    }
  }

  @Test("a COPY of the other direction", arguments: TestDriver.allCases)
  func otherDirection(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int); INSERT INTO t VALUES (1)")
      let error = try await errorOf {
        if let connection = connection as? SyncConnection {
          try connection.copyIn("COPY t TO STDOUT") { _ in }
        } else if let connection = connection as? AsyncConnection {
          try await connection.copyIn("COPY t TO STDOUT") { _ in }
        }
      }
      #expect(error.code == .misuse)
      #expect(try await connection.value("SELECT count(*) FROM t") == 1)
    }
  }
}
