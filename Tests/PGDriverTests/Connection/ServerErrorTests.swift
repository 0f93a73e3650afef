import PGDriver
import PGTestSupport
import Testing

@Suite("An error of the server's", .paced, .timeLimit(.minutes(5)))
struct ServerErrorTests {
  @Test("carries SQLSTATE and fields, and leaves the connection usable", arguments: TestDriver.allCases)
  func fields(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE people (name text CONSTRAINT people_name UNIQUE)")
      _ = try await connection.query("INSERT INTO people VALUES (\("secret name"))")
      let error = try await errorOf {
        try await connection.query("INSERT INTO people VALUES (\("secret name"))")
      }
      #expect(error.code == .server)
      #expect(error.sqlState == .uniqueViolation)
      let fields = try #require(error.serverFields)
      #expect(fields.severity == "ERROR")
      #expect(fields.table == "people")
      #expect(fields.constraint == "people_name")
      #expect(fields.schema?.hasPrefix("pg_temp") == true)
      #expect(fields.detail?.contains("secret name") == true)
      #expect(!"\(error)".contains("secret name"), "a description quotes no data")
      #expect("\(error)".contains("SQLSTATE 23505"))
      #expect(String(reflecting: error).contains("secret name"))
      #expect(await connection.transactionStatus == .idle)
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test(
    "says where in the statement the trouble is, and what the server suggests", arguments: TestDriver.allCases
  )
  func position(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf { try await connection.query("SELECT nam FROM (SELECT 1 AS name) AS t") }
      #expect(error.serverFields?.position == 8)
      #expect(error.serverFields?.hint?.contains("name") == true)
      #expect(error.description.contains("Hint: "))
    }
  }

  @Test("with a code of the user's own and a call stack comes through", arguments: TestDriver.allCases)
  func custom(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf {
        try await connection.execute(
          """
          DO $$ BEGIN
            RAISE EXCEPTION 'too late' USING ERRCODE = 'AB123', DETAIL = 'by an hour', HINT = 'Come sooner.',
              COLUMN = 'c', DATATYPE = 'd';
          END $$
          """)
      }
      #expect(error.sqlState == SQLState(rawValue: "AB123"))
      #expect(error.message == "too late")
      #expect(error.serverFields?.detail == "by an hour")
      #expect(error.serverFields?.hint == "Come sooner.")
      #expect(error.serverFields?.column == "c")
      #expect(error.serverFields?.dataType == "d")
      #expect(error.serverFields?.context?.contains("PL/pgSQL") == true)
    }
  }

  @Test("after the first rows came is an error all the same", arguments: TestDriver.allCases)
  func late(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf {
        try await connection.query("SELECT 1 / (50000 - n) FROM generate_series(1, 50000) n")
      }
      #expect(error.sqlState == SQLState(rawValue: "22012"))
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test("of statement_timeout is query_canceled", arguments: TestDriver.allCases)
  func statementTimeout(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("SET statement_timeout = '50ms'")
      let error = try await inBoundedTime {
        try await errorOf { try await connection.query("SELECT pg_sleep(30)") }
      }
      #expect(error.sqlState == .queryCanceled)
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test("a notice is no error", arguments: TestDriver.allCases)
  func notice(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("DO $$ BEGIN RAISE NOTICE 'hello'; RAISE WARNING 'careful'; END $$")
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }
}
