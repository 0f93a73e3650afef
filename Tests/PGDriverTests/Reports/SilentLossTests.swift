import PGDriver
import PGTestSupport
import Testing

@Suite("Reports of changes that were lost without an error", .paced, .timeLimit(.minutes(5)))
struct SilentLossTests {
  /// rust-postgres/rust-postgres#832, transact-rs/sqlx#1370, jackc/pgx#570, psycopg/psycopg#296: an error that
  /// comes with Sync, of a deferred constraint, was dropped.
  ///
  /// libpq manual, section 34.5: statements of a pipeline without BEGIN are one transaction, which Sync
  /// commits.
  @Test(
    "a constraint that fails at Sync fails the pipeline",
    arguments: TestDriver.allCases,
    [
      "CREATE TEMPORARY TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
      """
      CREATE TEMPORARY TABLE p (n int PRIMARY KEY);
      CREATE TEMPORARY TABLE t (n int REFERENCES p DEFERRABLE INITIALLY DEFERRED)
      """,
      """
      CREATE TEMPORARY TABLE t (n int);
      CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
      CREATE CONSTRAINT TRIGGER refuses AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse()
      """,
    ])
  func deferred(driver: TestDriver, schema: String) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(schema)
      // What the server says of the same in a simple query is the judge.
      let expected = try await errorOf {
        try await connection.execute("INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)")
      }
      let state = try #require(expected.sqlState)
      let inserts: [PostgresQuery] = ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)"]
      #expect(try await errorOf { try await connection.pipeline(inserts) }.sqlState == state)
      let many = try await errorOf {
        try await connection.executeMany("INSERT INTO t VALUES ($1)", [[Int32(1)], [Int32(1)]])
      }
      #expect(many.sqlState == state)
      let two: PostgresQuery = "INSERT INTO t VALUES (1), (1) RETURNING n"
      #expect(try await errorOf { try await connection.query(two) }.sqlState == state)
      // The rows are there before the failure is: it comes at the end, or as soon as the rest is dropped.
      #expect(try await errorOf { try await connection.firstRow(of: two) }.sqlState == state)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
      #expect(await connection.transactionStatus == .idle)
    }
  }

  /// psycopg/psycopg#296: the same when the commit is ended from outside.
  @Test(
    "a commit that is broken off at Sync fails the pipeline",
    arguments: TestDriver.allCases, ["pg_cancel_backend", "pg_terminate_backend"])
  func brokenCommit(driver: TestDriver, breaking: String) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(
        """
        CREATE TEMPORARY TABLE t (n int);
        CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION pg_temp.wait();
        """)
      let backend = await connection.backendProcessID
      let ending = Task {
        try await SharedDatabase.untilAsleep(backend)
        try await TestDriver.async(.best).withConnection { other in
          _ = try await other.query("SELECT \(unescaped: breaking)(\(backend))")
        }
      }
      let error = try await inBoundedTime {
        try await errorOf { try await connection.pipeline(["INSERT INTO t VALUES (1)"]) }
      }
      try await ending.value
      if breaking == "pg_cancel_backend" {
        #expect(error.sqlState == .queryCanceled)
        #expect(try await connection.value("SELECT count(*) FROM t") == 0)
      } else {
        #expect(error.code == .connectionLost && error.sqlState == .adminShutdown)
      }
    }
  }

  /// psycopg/psycopg#382, psycopg/psycopg#30: rows that were left early took the statement's changes with
  /// them.
  @Test("INSERT … RETURNING that is left early is kept", arguments: TestDriver.allCases)
  func leftEarly(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let first = try await connection.firstRow(
        of: "INSERT INTO t SELECT generate_series(1, 200000) RETURNING n")
      #expect(try first?.decode(Int32.self) == 1)
      #expect(try await connection.value("SELECT count(*) FROM t") == 200_000)
      // With a single row it would be a race of the commit and of what breaks it off.
      for n in 0..<200 {
        _ = try await connection.firstRow(
          of: "INSERT INTO t VALUES (\(Int32(-n))) RETURNING n, repeat('x', 100)")
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 200_200)
      _ = try await connection.firstRow(of: "WITH d AS (DELETE FROM t RETURNING n) SELECT n FROM d")
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  /// psycopg/psycopg#176, vitaly-t/pg-promise#57: an inner transaction beside another query sent BEGIN and
  /// COMMIT, and so committed the outer one.
  @Test(
    "a transaction beside another query doesn't commit the one around it",
    arguments: EventLoop.Backend.allCases)
  func beside(backend: EventLoop.Backend) async throws {
    struct Stop: Error {}
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      await #expect(throws: Stop.self) {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (1)")
          async let slow = connection.query("SELECT pg_sleep(0.2)")
          async let other: Void = {
            for _ in 0..<50 { _ = await connection.serverParameter("TimeZone") }
          }()
          try await Task.sleep(for: .milliseconds(50))
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (2)")
          }
          _ = try await (slow, other)
          throw Stop()
        }
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
      #expect(connection.transactionStatus == .idle)
    }
  }
}
