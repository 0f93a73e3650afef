import PGDriver
import PGServerTesting
import PGSystem
import Testing

extension Fixture {
  fileprivate static let numbers = Fixture(
    name: "numbers", script: "CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS n;")
}

/// The names of the databases that the tests of the suite were given.
private let given = Lock<[String]>([])

@Suite("A test with the trait .postgres", .postgres(.numbers))
struct PostgresDatabaseTraitTests {
  @Suite("in a suite within")
  struct Within {
    @Test("has a database of its own, that no other test was given", arguments: 1...20)
    func own(number: Int) async throws {
      let database = try Database.current
      let isNew = given.withLock { names in
        defer { names.append(database.name) }
        return !names.contains(database.name)
      }
      #expect(isNew)
      let connection = try await AsyncConnection.connect(to: database.configuration)
      let deleted = try await connection.query("DELETE FROM numbers RETURNING n")
      #expect(deleted.count == 1000)
      await connection.close()
    }

    @Test("has one with the fixture of its own trait", .postgres(.empty))
    func another() async throws {
      let connection = try await AsyncConnection.connect(to: Database.current.configuration)
      let tables = try await connection.query("SELECT to_regclass('numbers') IS NULL")
      #expect(try tables[0].decode(Bool.self, at: 0))
      await connection.close()
    }
  }

  @Test("has it dropped in the end, with connections that are still open")
  func dropped() async throws {
    let server = try await SharedServer.server()
    let name = Lock("")
    let trait = PostgresDatabaseTrait.postgres(.numbers)
    let test = try #require(Test.current)
    try await trait.provideScope(for: test, testCase: nil) {
      let database = try Database.current
      name.withLock { $0 = database.name }
      _ = try await AsyncConnection.connect(to: database.configuration)
    }
    let admin = try await server.database(for: .empty)
    let connection = try await AsyncConnection.connect(to: admin.configuration)
    let left = try await connection.query(
      "SELECT count(*) FROM pg_database WHERE datname = \(name.withLock { $0 })")
    #expect(try left[0].decode(Int.self, at: 0) == 0)
    await connection.close()
    try await admin.drop()
  }

  @Test(
    "is over in bounded time, whatever of its database a transaction that is left open has locked",
    .timeLimit(.minutes(5)))
  func locked() async throws {
    let test = try #require(Test.current)
    let left = Lock<[AsyncConnection]>([])
    try await PostgresDatabaseTrait.postgres(.numbers).provideScope(for: test, testCase: nil) {
      let database = try Database.current
      let connection = try await AsyncConnection.connect(to: database.configuration)
      try await connection.execute("BEGIN; COMMENT ON DATABASE \(database.name) IS 'mine'")
      left.withLock { $0.append(connection) }
    }
    for connection in left.withLock({ $0 }) { #expect(connection.isClosed) }
  }

  @Test("can't get at the template that its database and those of others are cloned from")
  func template() async throws {
    let own = try Database.current
    let connection = try await AsyncConnection.connect(to: own.configuration)
    let others = try await connection.query(
      """
      SELECT datname::text FROM pg_database
      WHERE datname LIKE 'pgbenchkit%' AND NOT datallowconn
      """
    ).map { row in try row.decode(String.self, at: 0) }
    #expect(!others.isEmpty)
    for name in others {
      var configuration = own.configuration
      configuration.parameters["dbname"] = name
      await #expect(throws: PostgresError.self) { try await AsyncConnection.connect(to: configuration) }
    }
    await connection.close()
  }
}

@Suite("A test without the trait .postgres")
struct NoDatabaseTests {
  @Test("is told what it lacks")
  func none() {
    let error = #expect(throws: DatabaseServerError.self) { try Database.current }
    #expect(error?.description.contains(".postgres(…)") == true)
  }
}
