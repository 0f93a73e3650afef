import PGDriver
import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

/// What roles that share a server with a run, and other runs of the same role, can do to it.
@Suite("A server that others use too", .paced)
struct SharedExternalServerTests {
  @Test("A superuser's run calls nothing that others have put into the URL's database")
  func foreignOperators() async throws {
    try await ThrowawayServer.with { own in
      let admin = try SyncConnection.connect(to: own.configuration())
      defer { admin.close() }
      try admin.execute("CREATE ROLE mallory LOGIN; GRANT CREATE ON SCHEMA public TO mallory")
      let mallory = try SyncConnection.connect(to: own.configuration(user: "mallory"))
      defer { mallory.close() }
      try mallory.execute("CREATE TABLE seized (who text); GRANT ALL ON seized TO PUBLIC")
      // Each matches a call better than the function of PostgreSQL's own does, so it is preferred if it is
      // in the path.
      for (name, left, right) in [("~~", "name", "name"), ("=", "oid", "regrole"), ("=", "name", "regrole")] {
        try mallory.execute(
          """
          CREATE FUNCTION public.seize(\(left), \(right)) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO public.seized VALUES (current_user); RETURN true;
          END $$;
          CREATE OPERATOR public.\(name) (LEFTARG = \(left), RIGHTARG = \(right), FUNCTION = public.seize);
          """)
      }
      let server = try await ExternalServer.connect(to: own.url())
      let database = try await server.database(for: .study)
      _ = try? await server.statementTimes(in: database.configuration)
      await server.stop()
      #expect(try admin.query("SELECT who FROM seized").isEmpty)
    }
  }

  @Test("No other role gets into a run's databases, where its objects might be called")
  func strangers() async throws {
    try await ThrowawayServer.with { own in
      let admin = try SyncConnection.connect(to: own.configuration())
      defer { admin.close() }
      try admin.execute("CREATE ROLE bench LOGIN CREATEDB; CREATE ROLE mallory LOGIN")
      let server = try await ExternalServer.connect(to: own.url(user: "bench"))
      let database = try await server.database(for: .study)
      let databases = try admin.query("SELECT datname::text FROM pg_database WHERE datname ~ '^pgbenchkit'")
        .map { try $0.decode(String.self, at: 0) }
      #expect(databases.count == 2 && databases.contains(database.name))
      for name in databases {
        #expect(throws: PostgresError.self) {
          try SyncConnection.connect(to: own.configuration(user: "mallory", database: name)).close()
        }
      }
      try SyncConnection.connect(to: own.configuration(user: "bench", database: database.name)).close()
      // The template lets not even the run's own role in, nor a superuser.
      for template in databases where template != database.name {
        for user in ["bench", "postgres"] {
          #expect(throws: PostgresError.self) {
            try SyncConnection.connect(to: own.configuration(user: user, database: template)).close()
          }
        }
      }
      await server.stop()
    }
  }

  @Test(
    "Any role's name will do, and databases of a role whose name differs by case are left alone",
    arguments: ["Mixed-Case", "bench.user", "bench\"q", "Bench"])
  func roles(name: String) async throws {
    try await ThrowawayServer.with { own in
      let admin = try SyncConnection.connect(to: own.configuration())
      defer { admin.close() }
      let role = try PostgresQuery.quoted(identifier: name)
      try admin.execute("CREATE ROLE \(role) LOGIN CREATEDB; CREATE ROLE bench CREATEDB")
      try admin.execute("CREATE DATABASE pgbenchkit_00000001_1 OWNER \(role)")
      try admin.execute("CREATE DATABASE pgbenchkit_00000001_2 OWNER bench")
      let server = try await ExternalServer.connect(to: own.url(user: name))
      #expect(try own.databases().filter { $0.hasPrefix("pgbenchkit") } == ["pgbenchkit_00000001_2"])
      let database = try await server.database(for: .study)
      #expect(try own.databases().contains(database.name))
      await server.stop()
      #expect(try own.databases().filter { $0.hasPrefix("pgbenchkit") } == ["pgbenchkit_00000001_2"])

      try admin.execute("ALTER ROLE \(role) NOCREATEDB")
      let refused = try await ExternalServer.connect(to: own.url(user: name))
      await #expect { try await refused.database(for: .study) } throws: {
        "\($0)".contains("ALTER ROLE \(role) CREATEDB;")
      }
      await refused.stop()
    }
  }

  @Test("A role that may stay idle for a moment only keeps its databases while its run lives")
  func idleSessions() async throws {
    try await ThrowawayServer.with { own in
      let admin = try SyncConnection.connect(to: own.configuration())
      defer { admin.close() }
      // Longer than a busy machine takes to connect and to say that the session may be idle.
      try admin.execute(
        "CREATE ROLE bench LOGIN CREATEDB; ALTER ROLE bench SET idle_session_timeout = '5s'")
      let live = try await ExternalServer.connect(to: own.url(user: "bench"))
      _ = try await live.database(for: .study)
      let before = try own.databases()
      try await Task.sleep(for: .seconds(8))
      let other = try await ExternalServer.connect(to: own.url(user: "bench"))
      #expect(try own.databases() == before)
      await other.stop()
      await live.stop()
    }
  }

  @Test("A live run whose connections were all ended keeps its databases")
  func endedConnections() async throws {
    try await ThrowawayServer.with { own in
      let admin = try SyncConnection.connect(to: own.configuration())
      defer { admin.close() }
      try admin.execute("CREATE ROLE bench LOGIN CREATEDB")
      let live = try await ExternalServer.connect(to: own.url(user: "bench"))
      let database = try await live.database(for: .study)
      let before = try own.databases()
      for _ in 0..<3 {
        try admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bench'")
        let other = try await ExternalServer.connect(to: own.url(user: "bench"))
        #expect(try own.databases() == before)
        await other.stop()
      }
      try await database.drop()
      #expect(try own.databases().count == before.count - 1)
      await live.stop()
      #expect(try own.databases().filter { $0.hasPrefix("pgbenchkit") }.isEmpty)
    }
  }

  @Test("A role that locks a run's number alone keeps the run from nothing", .timeLimit(.minutes(5)))
  func lockedByOthers() async throws {
    try await ThrowawayServer.with { own in
      let admin = try SyncConnection.connect(to: own.configuration())
      defer { admin.close() }
      try admin.execute("CREATE ROLE bench LOGIN CREATEDB; CREATE ROLE mallory LOGIN")
      let live = try await ExternalServer.connect(to: own.url(user: "bench"))
      let database = try await live.database(for: .study)
      let run = try #require(RunIdentifier(databaseName: database.name))
      // Waits in the queue, and so has it before the run's sessions that are opened anew.
      let mallory = try await AsyncConnection.connect(to: own.configuration(user: "mallory"))
      let key = "\(RunIdentifier.lockClass), \(Int32(bitPattern: run.value))"
      let locking = Task { try await mallory.execute("SELECT pg_advisory_lock(\(key))") }
      let waiting: PostgresQuery = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
      let isWaiting = try await eventually { try admin.query(waiting)[0].decode(Int.self, at: 0) > 0 }
      try #require(isWaiting)
      try admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bench'")
      try await locking.value
      let before = try own.databases()
      let other = try await ExternalServer.connect(to: own.url(user: "bench"))
      #expect(try own.databases() == before)
      await other.stop()
      try await database.drop()
      await live.stop()
      await mallory.close()
      #expect(try own.databases().filter { $0.hasPrefix("pgbenchkit") }.isEmpty)
    }
  }

  @Test(
    "What a role's sessions are set to by default doesn't reach the kit's own, nor the place of the tables")
  func roleSettings() async throws {
    try await ThrowawayServer.with { own in
      let admin = try SyncConnection.connect(to: own.configuration())
      defer { admin.close() }
      try admin.execute("CREATE ROLE bench LOGIN CREATEDB")
      for setting in [
        "default_transaction_read_only = on", "statement_timeout = '20ms'", "lock_timeout = '1ms'",
        "search_path = nowhere", "row_security = off", "standard_conforming_strings = off",
        "idle_in_transaction_session_timeout = '1ms'", "default_transaction_isolation = serializable",
      ] { try admin.execute("ALTER ROLE bench SET \(setting)") }
      let server = try await ExternalServer.connect(to: own.url(user: "bench"))
      let fixture = Fixture(
        name: "slow",
        script: Fixture.study.script + "SELECT pg_sleep(0.05); CREATE TABLE b AS SELECT '\\' AS c;")
      let database = try await server.database(for: fixture)
      let client = try SyncConnection.connect(to: database.configuration)
      defer { client.close() }
      try client.execute("SET statement_timeout = 0")
      #expect(try client.query("SELECT count(*) FROM users")[0].decode(Int.self, at: 0) == 100)
      #expect(try client.query("SELECT c FROM b")[0].decode(String.self, at: 0) == "\\")
      client.close()
      await server.stop()
      #expect(try own.databases().filter { $0.hasPrefix("pgbenchkit") }.isEmpty)
    }
  }
}

extension ThrowawayServer {
  /// How a role connects to it; it lets all roles in.
  func configuration(user: String = "postgres", database: String = "postgres") -> PostgresConfiguration {
    var configuration = Self.configuration(of: cluster.folder).with(database: database)
    configuration.parameters["user"] = user
    return configuration
  }

  /// The same as a connection string, as PGBENCH_DATABASE_URL takes it.
  func url(user: String = "postgres") -> String {
    let quoted = user.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "host=\(cluster.folder.path) port=5432 dbname=postgres user='\(quoted)'"
  }

  /// The names of its databases.
  func databases() throws -> [String] {
    let connection = try SyncConnection.connect(to: configuration())
    defer { connection.close() }
    return try connection.query("SELECT datname::text FROM pg_database ORDER BY datname").map {
      try $0.decode(String.self, at: 0)
    }
  }
}
