import PGServer
import PGTestSupport
import Testing

@testable import PGDriver

/// A pool of either driver, with scripts for bodies.
private struct AnyPool: Sendable {
  enum Kind: CaseIterable {
    case async, sync
  }

  /// Runs a query on a connection of the pool and returns its only value, a text.
  let value: @Sendable (_ query: String) async throws -> String
  let statistics: @Sendable () -> PoolStatistics
  let close: @Sendable () async throws -> Void

  /// - Parameter setUp: Called for each new connection, and returns the script to run on it.
  init(
    _ kind: Kind, _ server: PostgresConfiguration, _ configuration: PoolConfiguration,
    onNotice: (@Sendable (ServerFields) -> Void)? = nil, setUp: @escaping @Sendable () throws -> String
  ) throws {
    switch kind {
    case .async:
      let pool = try AsyncPool(server, configuration, onNotice: onNotice) { try await $0.execute(setUp()) }
      value = { query in
        try await pool.withConnection { try await $0.value(PostgresQuery(sql: query), as: String.self) }
      }
      statistics = { pool.statistics }
      close = { await pool.close() }
    case .sync:
      let pool = try SyncPool(server, configuration, onNotice: onNotice) { try $0.execute(setUp()) }
      value = { query in
        try await onThread {
          try pool.withConnection { try $0.query(PostgresQuery(sql: query))[0].decode(String.self, at: 0) }
        }
      }
      statistics = { pool.statistics }
      close = { try await onThread { pool.close() } }
    }
  }
}

@Suite("A pool's hooks", .paced, .timeLimit(.minutes(5)))
struct PoolHookTests {
  private struct NotYet: Error {}

  @Test("set up each new connection before it is handed out, once", arguments: AnyPool.Kind.allCases)
  fileprivate func setsUp(kind: AnyPool.Kind) async throws {
    let database = try await testDatabase()
    let calls = Recorder<Void>()
    let pool = try AnyPool(
      kind, database.configuration, PoolConfiguration(maximumSize: 1, healthCheck: .afterIdle(.zero))
    ) {
      calls.note(())
      return "CREATE TEMPORARY TABLE made AS SELECT 'set up'::text AS s"
    }
    for _ in 1...3 { #expect(try await pool.value("SELECT s FROM made") == "set up") }
    #expect(calls.elements.count == 1)
    try await TestDriver.async(.best).withConnection(to: database.configuration) {
      try await $0.terminateOthers()
    }
    #expect(try await pool.value("SELECT s FROM made") == "set up")
    #expect(calls.elements.count == 2)
    try await pool.close()
    try await database.drop()
  }

  @Test(
    "that fail count as failed attempts to connect, which are repeated", arguments: AnyPool.Kind.allCases)
  fileprivate func repeated(kind: AnyPool.Kind) async throws {
    let database = try await testDatabase()
    let calls = Recorder<Void>()
    let pool = try AnyPool(
      kind, database.configuration,
      PoolConfiguration(maximumSize: 1, reconnectDelay: .milliseconds(1)...(.milliseconds(10)))
    ) {
      calls.note(())
      if calls.elements.count < 3 { throw NotYet() }
      return ""
    }
    #expect(try await pool.value("SELECT 'at last'") == "at last")
    #expect(calls.elements.count == 3 && pool.statistics().connectFailures == 2)
    let others = try await TestDriver.async(.best).withConnection(to: database.configuration) { connection in
      try await eventually("those that weren't set up are closed") { try await connection.countOthers() == 1 }
      return try await connection.countOthers()
    }
    #expect(others == 1)
    try await pool.close()
    try await database.drop()
  }

  @Test("that go on failing are their requests' error", arguments: AnyPool.Kind.allCases)
  fileprivate func failing(kind: AnyPool.Kind) async throws {
    let database = try await testDatabase()
    let patience = PoolConfiguration(
      maximumSize: 1, reconnectTimeout: .milliseconds(100),
      reconnectDelay: .milliseconds(1)...(.milliseconds(10)))
    let own = try AnyPool(kind, database.configuration, patience) { throw NotYet() }
    await #expect(throws: NotYet.self) { try await own.value("SELECT ''") }
    try await own.close()
    // For these, patience is of no use.
    let endless = PoolConfiguration(maximumSize: 1, waitTimeout: nil, reconnectTimeout: .seconds(3600))
    let refused = try AnyPool(kind, database.configuration, endless) { "SELECT * FROM nowhere" }
    let ofServer = try await errorOf { try await refused.value("SELECT ''") }
    #expect(ofServer.code == .server && ofServer.sqlState == .undefinedTable)
    try await refused.close()
    let careless = try AnyPool(kind, database.configuration, endless) { "BEGIN" }
    #expect(try await errorOf { try await careless.value("SELECT ''") }.code == .misuse)
    try await careless.close()
    try await database.drop()
  }

  @Test("are told of notices, on whichever connection", arguments: AnyPool.Kind.allCases)
  fileprivate func notices(kind: AnyPool.Kind) async throws {
    let notices = Recorder<String>()
    let pool = try AnyPool(
      kind, try await SharedDatabase.configuration, PoolConfiguration(maximumSize: 1),
      onNotice: { notices.note($0.message) }
    ) {
      """
      DO $$ BEGIN RAISE WARNING 'at first'; END $$;
      CREATE FUNCTION pg_temp.tell() RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN RAISE NOTICE 'in a query'; RETURN 'told'; END $$
      """
    }
    #expect(try await pool.value("SELECT pg_temp.tell()") == "told")
    #expect(notices.elements == ["at first", "in a query"])
    try await pool.close()
  }
}
