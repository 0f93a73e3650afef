import PGDriver
import PGTestSupport
import Testing

@Suite("A session's client_encoding", .paced, .timeLimit(.minutes(5)))
struct ClientEncodingTests {
  @Test("that was changed refuses text instead of storing other text", arguments: TestDriver.allCases)
  func changed(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (s text); SET client_encoding = 'LATIN1'")
      let error = try await errorOf { try await connection.query("INSERT INTO t VALUES (\("é"))") }
      #expect(error.code == .encoding)
      #expect(error.message.contains("LATIN1"))
      #expect(try await errorOf { try await connection.pipeline(["SELECT 'é'"]) }.code == .encoding)
      #expect(
        try await errorOf { try await connection.execute("INSERT INTO t VALUES ('é')") }.code == .encoding)
      try await connection.execute("SET client_encoding = 'UTF8'")
      _ = try await connection.query("INSERT INTO t VALUES (\("é"))")
      #expect(try await connection.value("SELECT s FROM t") == "é")
      #expect(try await connection.value("SELECT count(*) FROM t") == 1)
    }
  }

  @Test("that was changed to none refuses text, too", arguments: TestDriver.allCases)
  func changedToNone(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("SET client_encoding = 'SQL_ASCII'")
      #expect(try await errorOf { try await connection.query("SELECT 'é'") }.code == .encoding)
      try await connection.execute("RESET client_encoding")
      #expect(try await connection.value("SELECT 'é'") == "é")
    }
  }

  @Test("that a query changes for its own rows is an error", arguments: TestDriver.allCases)
  func changedMidway(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf {
        try await connection.query("SELECT set_config('client_encoding', 'LATIN1', false), 'é'")
      }
      #expect(error.code == .encoding)
      try await connection.execute("RESET client_encoding")
      #expect(try await connection.value("SELECT 'é'") == "é")
    }
  }

  @Test("that a transaction changed is back after its rollback", arguments: TestDriver.allCases)
  func rolledBack(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf {
        try await connection.transaction { connection in
          try await connection.execute("SET client_encoding = 'LATIN1'")
          _ = try await connection.query("SELECT 'é'")
        }
      }
      #expect(error.code == .encoding)
      #expect(try await connection.value("SELECT 'é'") == "é")
    }
  }
}
