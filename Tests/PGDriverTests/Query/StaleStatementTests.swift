import PGDriver
import PGTestSupport
import Testing

/// Prepared statements that the server, or somebody beside the driver, took away or made outdated.
@Suite("Prepared statements that became stale", .paced, .timeLimit(.minutes(5)))
struct StaleStatementTests {
  private func configuration(cache size: Int) async throws -> PostgresConfiguration {
    var configuration = try await SharedDatabase.configuration
    configuration.statementCacheSize = size
    return configuration
  }

  @Test("have names that no other connection has", arguments: TestDriver.allCases)
  func names(driver: TestDriver) async throws {
    var names: Set<String> = []
    for _ in 1...3 {
      try await driver.withConnection { connection in
        _ = try await connection.query("SELECT 1")
        names.insert(
          try await connection.value("SELECT name FROM pg_prepared_statements WHERE statement = 'SELECT 1'"))
      }
    }
    #expect(names.count == 3)
    #expect(names.allSatisfy { $0.utf8.count < 64 })
  }

  @Test("make room without harm to the caller's transaction", arguments: TestDriver.allCases)
  func room(driver: TestDriver) async throws {
    try await driver.withConnection(to: configuration(cache: 4)) { connection in
      for n in 1...6 { _ = try await connection.query(PostgresQuery(sql: "SELECT \(n)")) }
      try await connection.execute("DEALLOCATE ALL")
      try await connection.execute("BEGIN")
      for n in 11...30 { _ = try await connection.query(PostgresQuery(sql: "SELECT \(n)")) }
      try await connection.execute("COMMIT")
      #expect(await connection.transactionStatus == .idle)
    }
  }

  @Test("make room though some are gone already", arguments: TestDriver.allCases)
  func roomDespiteGaps(driver: TestDriver) async throws {
    try await driver.withConnection(to: configuration(cache: 4)) { connection in
      for n in 1...4 { _ = try await connection.query(PostgresQuery(sql: "SELECT \(n)")) }
      // Behind the driver's back, and so that no tag tells it.
      try await connection.execute(
        """
        DO $$ DECLARE name text; BEGIN
          FOR name IN SELECT p.name FROM pg_prepared_statements p WHERE statement IN ('SELECT 1', 'SELECT 3')
          LOOP EXECUTE 'DEALLOCATE ' || quote_ident(name); END LOOP;
        END $$
        """)
      _ = try await connection.pipeline((11...30).map { PostgresQuery(sql: "SELECT \($0)") })
      for n in 31...40 { _ = try await connection.query(PostgresQuery(sql: "SELECT \(n)")) }
      // Four, and the one that has made room for this very statement.
      #expect(
        try await connection.value("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'pgdriver%'")
          <= Int64(5))
    }
  }

  @Test("are kept within the cache's size by pipelines too", arguments: TestDriver.allCases)
  func pipelines(driver: TestDriver) async throws {
    try await driver.withConnection(to: configuration(cache: 16)) { connection in
      for round in 0..<5 {
        let queries = (0..<100).map { PostgresQuery(sql: "SELECT \(round * 100 + $0)") }
        for (n, outcome) in try await connection.pipeline(queries).enumerated() {
          #expect(try outcome.get()[0].decode(Int32.self) == Int32(round * 100 + n))
        }
        try await connection.executeMany("SELECT $1::int + \(round)", [[1 as Int32], [2 as Int32]])
      }
      // Counted in a pipeline, so that no query makes room before it.
      let count: PostgresQuery =
        "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'pgdriver%'"
      #expect(try await connection.pipeline([count])[0].get()[0].decode(Int64.self) <= 17)
    }
  }

  @Test(
    "and discarded are prepared anew in pipelines", arguments: TestDriver.allCases,
    ["DISCARD ALL", "DEALLOCATE ALL", "DO $$ BEGIN DEALLOCATE ALL; END $$"])
  func discarded(driver: TestDriver, discard: String) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TABLE IF NOT EXISTS pg_temp.unused (n int)")
      for _ in 1...3 {
        let outcomes = try await connection.pipeline([
          "SELECT \(1)", "SELECT \(2) + 1", "SELECT \(3)", "SELECT 4",
        ])
        #expect(try outcomes.map { try $0.get().count } == [1, 1, 1, 1])
        #expect(try await connection.executeMany("SELECT $1::int8", [[1], [2], [3]]) == 3)
        try await connection.execute(discard)
      }
    }
  }

  @Test("and discarded cost at most one transaction", arguments: TestDriver.allCases)
  func discardedInTransactions(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let queries = (1...5).map { PostgresQuery(sql: "SELECT \($0)") }
      for query in queries { _ = try await connection.query(query) }
      try await connection.execute("DO $$ BEGIN DEALLOCATE ALL; END $$")
      var failures = 0
      for query in queries {
        do {
          try await connection.transaction { _ = try await $0.query(query) }
        } catch {
          failures += 1
        }
      }
      #expect(failures <= 1)
    }
  }

  @Test("are parsed anew when a column's type was changed", arguments: TestDriver.allCases)
  func changedType(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      func insert(_ text: String) async throws {
        _ = try await connection.query("INSERT INTO t VALUES (\(text))")
      }
      try await insert("1")
      try await connection.execute("ALTER TABLE t ALTER n TYPE text")
      try await insert("two")
      try await insert("three")
      #expect(try await connection.value("SELECT count(*) FROM t") == 3)
    }
  }

  @Test("are parsed anew when a type was dropped and made again", arguments: TestDriver.allCases)
  func remadeType(driver: TestDriver) async throws {
    let name = "mood_\(UInt32.random(in: .min ... .max))"
    try await driver.withConnection { connection in
      for _ in 1...2 {
        try await connection.execute(
          """
          DROP TABLE IF EXISTS \(name)_t; DROP TYPE IF EXISTS \(name);
          CREATE TYPE \(name) AS ENUM ('glad', 'sad'); CREATE TABLE \(name)_t (m \(name))
          """)
        for mood in ["glad", "sad"] {
          _ = try await connection.query("INSERT INTO \(unescaped: name)_t VALUES (\(mood))")
        }
        _ = try await connection.pipeline(["INSERT INTO \(unescaped: name)_t VALUES (\("sad"))"])[0].get()
        #expect(try await connection.value("SELECT count(*) FROM \(unescaped: name)_t") == 3)
      }
      try await connection.execute("DROP TABLE \(name)_t; DROP TYPE \(name)")
    }
  }

  @Test("fail as before when the value is at fault", arguments: TestDriver.allCases)
  func badValue(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      for text in ["1", "x", "2", "y", "3"] {
        if let number = Int32(text) {
          _ = try await connection.query("INSERT INTO t VALUES (\(text))")
          #expect(number > 0)
        } else {
          let error = try await errorOf { try await connection.query("INSERT INTO t VALUES (\(text))") }
          #expect(error.sqlState == .invalidTextRepresentation)
        }
      }
      #expect(try await connection.value("SELECT sum(n) FROM t") == 6)
      #expect(
        try await connection.value(
          "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO t%'") <= 2)
    }
  }
}
