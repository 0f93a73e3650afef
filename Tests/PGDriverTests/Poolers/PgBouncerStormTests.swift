import PGDriver
import PGSystem
import PGTestSupport
import Testing

/// Clients whose statements have names on server connections that they share: each gets its own statement's
/// result, or an error, and never another's.
@Suite(
  "Clients that share two server connections behind PgBouncer", .paced, .timeLimit(.minutes(5)),
  .enabled(if: PgBouncer.isExpected, "pgbouncer isn't installed; PGBENCH_REQUIRE_PGBOUNCER=1 fails instead"))
struct PgBouncerStormTests {
  private static let clients = 6
  private static let statements = 800
  private static let sessions = 4
  private static let rowsOfOthers = 50

  /// What came of the clients' statements.
  private struct Tally {
    var results = 0
    var refusals = 0
    /// Results of others' statements, and errors that weren't to be.
    var faults: [String] = []
  }

  private struct Mismatch: Error, CustomStringConvertible {
    let description: String
  }

  @Test(
    "execute their own statements and no others', thousands of times", arguments: TestDriver.allCases,
    PoolerWay.all)
  func ownStatements(driver: TestDriver, way: PoolerWay) async throws {
    let seed = UInt64.random(in: 0 ... .max)
    try await way.withBouncer { pooled, direct in
      try await driver.withConnection(to: direct) { connection in
        try await connection.execute(
          "CREATE TABLE t (owner int8); INSERT INTO t SELECT -1 FROM generate_series(1, \(Self.rowsOfOthers))"
        )
      }
      let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
        for client in 0..<Self.clients {
          group.addTask {
            try await run(client, driver, pooled, way, SeededGenerator(seed: seed &+ UInt64(client)))
          }
        }
        return try await group.reduce(into: Tally()) {
          $0.results += $1.results
          $0.refusals += $1.refusals
          $0.faults += $1.faults
        }
      }
      let faults = tally.faults
      let isClean = faults.isEmpty
      #expect(
        isClean, "seed \(seed): \(faults.count) faults, such as \(Set(faults).sorted().prefix(8))")
      #expect(tally.results > 0 && tally.results + tally.refusals == Self.clients * Self.statements)
      try await driver.withConnection(to: direct) { connection in
        let left = try await only("SELECT count(*) FROM t WHERE owner = -1", on: connection)
        #expect(left == Self.rowsOfOthers, "rows were deleted that no client meant to delete; seed \(seed)")
      }
    }
  }

  private func run(
    _ client: Int, _ driver: TestDriver, _ pooled: PostgresConfiguration, _ way: PoolerWay,
    _ generator: SeededGenerator
  ) async throws -> Tally {
    var (generator, tally) = (generator, Tally())
    for _ in 0..<Self.sessions {
      try await driver.withConnection(to: pooled) { connection in
        for _ in 0..<Self.statements / Self.sessions {
          // A client that deletes does so each fifth time, the others never.
          let kind = generator.number(below: client % 2 == 0 ? 5 : 4)
          do {
            switch kind {
            case 0: try await select(client, on: connection)
            case 1: try await selectParameter(client, generator.number(below: 1000), on: connection)
            case 2: try await pipeline(client, on: connection)
            case 3: try await transaction(client, on: connection)
            default: try await delete(client, on: connection)
            }
            tally.results += 1
          } catch {
            tally.refusals += 1
            if let error = error as? PostgresError, way.advises(error) { continue }
            tally.faults.append("\(error)")
          }
          if await connection.transactionStatus != .idle { tally.faults.append("status not idle") }
        }
      }
    }
    return tally
  }

  private func check<Value: Equatable>(_ found: Value, is own: Value) throws {
    guard found == own else { throw Mismatch(description: "\(found) in place of \(own)") }
  }

  private func only(_ query: PostgresQuery, on connection: any PostgresConnection) async throws -> Int {
    let rows = try await connection.query(query)
    guard rows.count == 1 else { throw Mismatch(description: "\(rows.count) rows in place of 1") }
    return try rows[0].decode(Int.self, at: 0)
  }

  private func select(_ client: Int, on connection: any PostgresConnection) async throws {
    let value = try await only("SELECT \(unescaped: "\(client)")::int8 + 1000", on: connection)
    try check(value, is: client + 1000)
  }

  private func selectParameter(
    _ client: Int, _ number: Int, on connection: any PostgresConnection
  ) async throws {
    let value = try await only("SELECT \(number)::int8 + \(unescaped: "\(client)") * 10000", on: connection)
    try check(value, is: number + client * 10000)
  }

  private func pipeline(_ client: Int, on connection: any PostgresConnection) async throws {
    let outcomes = try await connection.pipeline([
      "SELECT \(unescaped: "\(client)")::int8 + 2000", "SELECT \(unescaped: "\(client)")::int8 + 3000",
    ])
    try check(outcomes.map { try $0.get().numbers() }, is: [[client + 2000], [client + 3000]])
  }

  private func transaction(_ client: Int, on connection: any PostgresConnection) async throws {
    try await connection.transaction { connection in
      let one = try await only("SELECT \(unescaped: "\(client)")::int8 + 4000", on: connection)
      let two = try await only("SELECT \(unescaped: "\(client)")::int8 + 5000", on: connection)
      try check([one, two], is: [client + 4000, client + 5000])
    }
  }

  /// Deletes its own rows, which are as many as it has put there: no other client has deleted any.
  private func delete(_ client: Int, on connection: any PostgresConnection) async throws {
    try await connection.execute("INSERT INTO t SELECT \(client) FROM generate_series(1, 5)")
    var count = 0
    do {
      count = try await only(
        """
        WITH d AS (DELETE FROM t WHERE owner = \(unescaped: "\(client)") RETURNING 1)
        SELECT count(*) FROM d
        """, on: connection)
    } catch {
      // The statement wasn't executed: its rows go by another way, which tells how many there are, too.
      try await connection.execute(
        """
        DO $$ DECLARE deleted int; BEGIN
          DELETE FROM t WHERE owner = \(client); GET DIAGNOSTICS deleted = ROW_COUNT;
          IF deleted <> 5 THEN RAISE 'of 5 rows there were %', deleted; END IF;
        END $$
        """)
      throw error
    }
    try check(count, is: 5)
  }
}
