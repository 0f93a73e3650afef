import PGDriver
import PGSystem
import Testing

/// What a program runs in: a database with a table, which another connection reads.
struct ModelWorld: Sendable {
  let configuration: PostgresConfiguration
  let observer: AsyncConnection
  let model = Lock(TransactionModel())

  /// Makes the table.
  ///
  /// COMMIT takes some time for every fifth number, to be cancelled or broken off in its midst.
  static func prepare(_ connection: AsyncConnection) async throws {
    try await connection.execute(
      """
      CREATE TABLE model (n int8 PRIMARY KEY);
      INSERT INTO model VALUES (0);
      CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.001); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER lingering AFTER INSERT ON model DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.n % 5 = 0) EXECUTE FUNCTION linger();
      """)
  }

  /// Takes an earlier program's rows out.
  func clear() async throws {
    try await observer.execute("DELETE FROM model WHERE n <> 0")
  }

  func terminate(_ backend: Int32) async throws {
    guard backend != 0 else { return }
    _ = try await observer.query("SELECT pg_terminate_backend(\(backend), 5000)")
  }

  func terminateBlocking(_ backend: Int32) throws {
    guard backend != 0 else { return }
    let connection = try SyncConnection.connect(to: configuration)
    defer { connection.close() }
    _ = try connection.query("SELECT pg_terminate_backend(\(backend), 5000)")
  }

  func leave(
    _ id: Int, _ token: TransactionModel.Token?, after end: TransactionModel.BodyEnd,
    with error: (any Error)?, isClosed: Bool
  ) {
    model.withLock { $0.leave(id, token, after: end, with: error, isClosed: isClosed) }
  }

  /// Expects a connection to be at rest after an item, or closed if its backend was terminated.
  func checkRest(_ status: PostgresTransactionStatus, isClosed: Bool) {
    model.withLock { model in
      if isClosed {
        if !model.mayBeLost { model.note("the connection is closed after the item") }
      } else if status != .idle {
        model.note("the connection is \(status) after the item")
      }
    }
  }

  /// Compares the table with what the program was told, once the backend can't change it any more.
  func compare(after backend: Int32, isClosed: Bool) async throws {
    if isClosed {
      while try await observer.value("SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend)") == 1 {
        try await Task.sleep(for: .milliseconds(1))
      }
    }
    let rows = Set(
      try await observer.query("SELECT n FROM model WHERE n <> 0").map { try $0.decode(Int.self, at: 0) })
    model.withLock { model in
      let missing = model.committed.subtracting(rows)
      if !missing.isEmpty { model.note("rows that were committed are missing: \(missing.sorted())") }
      var extra = rows.subtracting(model.committed)
      for group in model.uncertain where extra.isSuperset(of: group) { extra.subtract(group) }
      if !extra.isEmpty { model.note("rows that were not committed are there: \(extra.sorted())") }
      model.settle(rows)
    }
  }
}
