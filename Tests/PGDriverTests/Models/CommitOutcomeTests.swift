import PGDriver
import PGServer
import PGTestSupport
import Testing

/// What a transaction says of a COMMIT that is disturbed, and what the server has stored then.
@Suite("A COMMIT", .paced, .timeLimit(.minutes(5)))
struct CommitOutcomeTests {
  /// A table whose transactions take some time to be committed.
  private static let lingering = """
    CREATE TABLE t (n int8);
    CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER lingering AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION linger();
    """

  /// Gives a body a connection to a database of its own, and one to look with.
  private func withTable(
    _ driver: TestDriver, _ sql: String,
    _ body: (_ connection: any PostgresConnection, _ observer: AsyncConnection) async throws -> Void
  ) async throws {
    let database = try await testDatabase()
    let observer = try await AsyncConnection.connect(to: database.configuration)
    try await observer.execute(sql)
    try await driver.withConnection(to: database.configuration) { try await body($0, observer) }
    await observer.close()
    try await database.drop()
  }

  @Test(
    "that has been sent is seen through when its task is cancelled", arguments: EventLoop.Backend.allCases)
  func cancelled(backend: EventLoop.Backend) async throws {
    try await withTable(.async(backend), Self.lingering) { connection, observer in
      let connection = try #require(connection as? AsyncConnection)
      let task = Task {
        try await connection.transaction { _ = try await $0.query("INSERT INTO t VALUES (1)") }
      }
      try await untilAsleep(connection.backendProcessID, observer)
      task.cancel()
      await #expect(throws: Never.self) { try await task.value }
      #expect(connection.transactionStatus == .idle)
      #expect(try await observer.value("SELECT count(*) FROM t") == 1)
    }
  }

  @Test(
    "isn't sent when the task is cancelled before the body returns", arguments: EventLoop.Backend.allCases)
  func cancelledBefore(backend: EventLoop.Backend) async throws {
    try await withTable(.async(backend), "CREATE TABLE t (n int8)") { connection, observer in
      let connection = try #require(connection as? AsyncConnection)
      for isNested in [false, true] {
        let task = Task {
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (1)")
            if isNested {
              try await connection.transaction { try await $0.execute("INSERT INTO t VALUES (2)") }
            }
            withUnsafeCurrentTask { $0?.cancel() }
          }
        }
        #expect(try await errorOf { try await task.value }.code == .cancelled)
        #expect(connection.transactionStatus == .idle)
        #expect(try await observer.value("SELECT count(*) FROM t") == 0)
      }
      try await connection.transaction { _ = try await $0.query("INSERT INTO t VALUES (3)") }
      #expect(try await observer.value("SELECT count(*) FROM t") == 1)
    }
  }

  @Test(
    "whose backend is terminated in its midst says so, or that the outcome is unknown",
    arguments: TestDriver.allCases)
  func terminated(driver: TestDriver) async throws {
    try await withTable(driver, Self.lingering) { connection, observer in
      let backend = await connection.backendProcessID
      async let end: Void = {
        try await untilAsleep(backend, observer)
        _ = try await observer.query("SELECT pg_terminate_backend(\(backend), 5000)")
      }()
      let error = try await errorOf {
        try await connection.inTransaction(["INSERT INTO t VALUES (1)"])
      }
      try await end
      #expect(
        [.connectionLost, .commitOutcomeUnknown].contains(error.code), "\(error.debugDescription)")
      #expect(await connection.isClosed)
      #expect(try await observer.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test(
    "that was stored, but not confirmed before the connection broke, has an unknown outcome",
    arguments: TestDriver.allCases)
  func stored(driver: TestDriver) async throws {
    // No standby has this name: a COMMIT is stored here, and waits for ever to be stored there.
    let server = try await ThrowawayServer.start(settings: [
      "synchronous_standby_names": "nowhere", "synchronous_commit": "local", "wal_level": "replica",
      "max_wal_senders": "1",
    ])
    let configuration = try await server.database(for: .empty).configuration
    let observer = try await AsyncConnection.connect(to: configuration)
    try await observer.execute("CREATE TABLE t (n int8)")
    try await driver.withConnection(to: configuration) { connection in
      let backend = await connection.backendProcessID
      async let end: Void = {
        try await until(backend, waitsFor: "SyncRep", observer)
        _ = try await observer.query("SELECT pg_terminate_backend(\(backend), 5000)")
      }()
      let error = try await errorOf {
        try await connection.inTransaction([
          "SET LOCAL synchronous_commit = on", "INSERT INTO t VALUES (1)",
        ])
      }
      try await end
      #expect(error.code == .commitOutcomeUnknown, "\(error.debugDescription)")
      #expect(await connection.isClosed)
      #expect(try await observer.value("SELECT count(*) FROM t") == 1)
    }
    await observer.close()
    await server.stop()
  }

  @Test("that a deferred constraint refuses is rolled back, and says why", arguments: TestDriver.allCases)
  func refused(driver: TestDriver) async throws {
    try await withTable(driver, Self.deferred) { connection, observer in
      let error = try await errorOf {
        try await connection.inTransaction(["INSERT INTO child VALUES (1)"])
      }
      #expect(error.sqlState == .foreignKeyViolation)
      #expect(await connection.transactionStatus == .idle)
      #expect(try await observer.value("SELECT count(*) FROM child") == 0)
    }
  }

  /// The implicit COMMIT is at the Sync message (PostgreSQL manual, section 55.2.3, "Extended Query").
  @Test("of a pipeline that a deferred constraint refuses is told", arguments: TestDriver.allCases)
  func refusedPipeline(driver: TestDriver) async throws {
    try await withTable(driver, Self.deferred) { connection, observer in
      for _ in 1...2 {
        let error = try await errorOf {
          try await connection.executeMany("INSERT INTO child VALUES ($1)", [[1], [2]])
        }
        #expect(error.sqlState == .foreignKeyViolation)
        let other = try await errorOf {
          for outcome in try await connection.pipeline(["INSERT INTO child VALUES (1)", "SELECT 1"]) {
            _ = try outcome.get()
          }
        }
        #expect(other.sqlState == .foreignKeyViolation)
      }
      #expect(await connection.transactionStatus == .idle)
      #expect(try await observer.value("SELECT count(*) FROM child") == 0)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  private static let deferred = """
    CREATE TABLE parent (n int8 PRIMARY KEY);
    CREATE TABLE child (n int8 REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    """

  private func untilAsleep(_ backend: Int32, _ observer: AsyncConnection) async throws {
    try await until(backend, waitsFor: "PgSleep", observer)
  }

  private func until(_ backend: Int32, waitsFor event: String, _ observer: AsyncConnection) async throws {
    let isWaiting = try await eventually {
      try await observer.value(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend) AND wait_event = \(event)") == 1
    }
    try #require(isWaiting)
  }
}

extension PostgresConnection {
  /// Runs statements in a transaction, by the driver's own call.
  fileprivate func inTransaction(_ statements: [PostgresQuery]) async throws {
    if let connection = self as? SyncConnection {
      try connection.transaction { connection in
        for statement in statements { _ = try connection.query(statement) }
      }
    } else {
      try await transaction { connection in
        for statement in statements { _ = try await connection.query(statement) }
      }
    }
  }
}
