import PGDriver
import PGServer
import Testing

/// How a driver is used behind PgBouncer.
struct PoolerWay: Sendable, Hashable, CustomTestStringConvertible {
  let mode: PgBouncer.PoolMode
  let statementCacheSize: Int

  static let all = [
    PoolerWay(mode: .session, statementCacheSize: 256), PoolerWay(mode: .session, statementCacheSize: 0),
    PoolerWay(mode: .transaction, statementCacheSize: 256),
    PoolerWay(mode: .transaction, statementCacheSize: 0),
  ]

  var testDescription: String { "\(mode.rawValue) mode, a cache of \(statementCacheSize)" }

  /// Whether a statement may be on another server connection than the one that the next transaction gets.
  var mayLoseStatements: Bool { mode == .transaction && statementCacheSize > 0 }

  /// Runs a test with PgBouncer before a database of the test's own.
  ///
  /// - Parameter body: Takes the way through PgBouncer, and the direct one.
  func withBouncer(
    poolSize: Int = 2,
    _ body: (_ pooled: PostgresConfiguration, _ direct: PostgresConfiguration) async throws -> Void
  ) async throws {
    let database = try await testDatabase()
    let bouncer = try await PgBouncer(before: database.configuration, mode, poolSize: poolSize)
    var pooled = bouncer.configuration
    pooled.statementCacheSize = statementCacheSize
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(pooled, database.configuration))
    } catch {
      outcome = .failure(error)
    }
    await bouncer.stop()
    try await database.drop()
    try outcome.get()
  }

  /// Gives a body a connection through PgBouncer, which has two connections to the server and changes between
  /// them.
  func withConnection(
    _ driver: TestDriver, statementTimeout: Duration? = nil,
    _ body: (any PostgresConnection) async throws -> Void
  ) async throws {
    try await withBouncer { pooled, _ in
      var pooled = pooled
      pooled.statementTimeout = statementTimeout
      try await driver.withConnection(to: pooled) { connection in
        if mode == .transaction { try await openTwo(connection, pooled, driver) }
        try await body(connection)
      }
    }
  }

  /// PgBouncer opens a second connection only when the first is taken.
  private func openTwo(
    _ connection: any PostgresConnection, _ pooled: PostgresConfiguration, _ driver: TestDriver
  ) async throws {
    try await connection.execute("BEGIN")
    try await driver.withConnection(to: pooled) { try await $0.execute("SELECT 1") }
    try await connection.execute("COMMIT")
  }

  /// Runs a body that either goes well, or is refused for a statement that the server doesn't know.
  ///
  /// - Returns: Whether it went well.
  @discardableResult
  func runsOrAdvises(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
  ) async throws -> Bool {
    do {
      try await body()
      return true
    } catch let error as PostgresError {
      expectAdvice(error, sourceLocation: sourceLocation)
      return false
    }
  }

  /// Expects the only value that a query returns, or a refusal with the advice.
  func expect<Value: PostgresDecodable & Equatable>(
    _ value: Value, _ query: PostgresQuery, on connection: any PostgresConnection,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await runsOrAdvises(sourceLocation: sourceLocation) {
      let found = try await connection.value(query, as: Value.self)
      #expect(found == value, sourceLocation: sourceLocation)
    }
  }

  /// Expects an error to be a refusal with the advice.
  func expectAdvice(_ error: PostgresError, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(advises(error), "\(error.debugDescription)", sourceLocation: sourceLocation)
  }

  /// Whether an error is that of a missing statement, or of one that is there already, with the advice.
  func advises(_ error: PostgresError) -> Bool {
    let isOfName = error.sqlState == .invalidSQLStatementName || error.sqlState?.rawValue == "42P05"
    return mayLoseStatements && isOfName && error.description.contains("statementCacheSize")
  }
}
