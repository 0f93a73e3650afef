import PGDriver
import PGTestSupport
import Testing

@Suite("Reports of statements that others misread", .paced, .timeLimit(.minutes(5)))
struct StatementReportTests {
  /// psycopg/psycopg#750: `INTERVAL '%s' DAY` with 42 was one day, for `$1` in quotation marks is text.
  ///
  /// psql replaces `:days` there, or refuses `\bind` of a parameter that isn't there: nothing runs without it.
  @Test("a value in quotation marks, a name or a comment is refused", arguments: TestDriver.allCases)
  func quoted(driver: TestDriver) async throws {
    let days = 42
    let queries: [PostgresQuery] = [
      "SELECT extract(epoch FROM INTERVAL '\(days)' DAY)::int8",
      "SELECT count(*) FROM pg_class WHERE relname LIKE 'user-\(days)%'",
      "SELECT 1 AS \"n\(days)\"",
      "SELECT 1 -- \(days)",
      "SELECT '\(days)' || \(days)::text",
      PostgresQuery(sql: "SELECT 1", parameters: [1]),
    ]
    for cacheSize in [10, 0] {
      var configuration = try await SharedDatabase.configuration
      configuration.statementCacheSize = cacheSize
      try await driver.withConnection(to: configuration) { connection in
        for query in queries {
          let errors = [
            try await errorOf { try await connection.query(query) },
            try await errorOf { try await connection.pipeline(["SELECT 1", query]) },
            try await errorOf { try await connection.firstRow(of: query) },
          ]
          for error in errors {
            #expect(error.code == .encoding && error.message.contains("placeholder"), "\(error)")
          }
        }
        // Nothing is left of it.
        #expect(await connection.transactionStatus == .idle)
        let epoch: PostgresQuery = "SELECT extract(epoch FROM \(days) * INTERVAL '1 day')::int8"
        #expect(try await connection.value(epoch) == 3_628_800)
        #expect(try await connection.pipeline([epoch])[0].get()[0].decode(Int.self, at: 0) == 3_628_800)
      }
    }
  }

  /// psycopg/psycopg#750, of a text that is refused only after others had to make room.
  @Test(
    "a pipeline that is refused while statements make room leaves the connection usable",
    arguments: TestDriver.allCases)
  func refusedLate(driver: TestDriver) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.statementCacheSize = 1
    try await driver.withConnection(to: configuration) { connection in
      for sql in ["SELECT '\u{0}'", "SELECT '$1'"] {
        // The second takes the place of the first, which is deallocated before the next command.
        _ = try await connection.query("SELECT 1")
        _ = try await connection.query("SELECT 2")
        let refused = PostgresQuery(sql: sql, parameters: [1])
        #expect(try await errorOf { try await connection.pipeline([refused]) }.code == .encoding)
        #expect(try await connection.value("SELECT 3") == Int32(3))
      }
    }
  }

  /// jackc/pgx#2360, jackc/pgx#927: in a batch, a statement whose cached plan is stale failed, and again.
  @Test(
    "a stale plan in a pipeline is made anew, and leaves no statement behind", arguments: TestDriver.allCases)
  func stalePlan(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int); INSERT INTO t VALUES (1)")
      let query: PostgresQuery = "SELECT * FROM t"
      _ = try await connection.query(query)
      for column in 1...20 {
        try await connection.execute("ALTER TABLE t ADD COLUMN c\(column) int")
        let outcomes = try await connection.pipeline([query, query])
        for outcome in outcomes { #expect(try outcome.get().columns.count == column + 1) }
      }
      let count = try await connection.value("SELECT count(*) FROM pg_prepared_statements", as: Int.self)
      #expect(count <= 3)
    }
  }

  /// npgsql/npgsql#3846: a statement with a large result before one that is large itself: both sides wrote,
  /// neither read.
  @Test("a large result before a large statement doesn't deadlock", arguments: TestDriver.allCases)
  func bothLarge(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let large = String(repeating: "y", count: 20_000_000)
      let outcomes = try await inBoundedTime(.seconds(60)) {
        try await connection.pipeline(["SELECT repeat('x', 20000000)", "SELECT length(\(large)::text)"])
      }
      #expect(try outcomes[0].get()[0].decode(String.self, at: 0).utf8.count == 20_000_000)
      #expect(try outcomes[1].get()[0].decode(Int32.self, at: 0) == 20_000_000)
    }
  }

  /// npgsql/npgsql#3846, for COPY: a trigger's notices fill the way back while data goes in.
  @Test("notices of many rows don't hold up the COPY that causes them", arguments: TestDriver.allCases)
  func noticesInCopy(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(
        """
        CREATE TEMPORARY TABLE t (n int);
        CREATE FUNCTION pg_temp.tell() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE NOTICE '%', repeat('x', 8000); RETURN NULL; END $$;
        CREATE TRIGGER tells AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.tell()
        """)
      try await inBoundedTime(.seconds(60)) {
        if let connection = connection as? SyncConnection {
          try connection.copyRows(into: "t") { rows in for n in 0..<Int32(5000) { try rows.append(n) } }
        } else if let connection = connection as? AsyncConnection {
          try await connection.copyRows(into: "t") { rows in
            for n in 0..<Int32(5000) { try await rows.append(n) }
          }
        }
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 5000)
    }
  }
}
