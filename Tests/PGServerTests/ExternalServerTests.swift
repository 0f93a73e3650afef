import PGDriver
import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("A server named by PGBENCH_DATABASE_URL", .paced)
struct ExternalServerTests {
  @Test("Databases are made there and dropped, one by one and by the stop, and nothing else changes")
  func databases() async throws {
    try await ThrowawayServer.with { own in
      let admin = try admin(own)
      defer { admin.close() }
      let before = try databases(admin)
      let server = try await ExternalServer.connect(to: url(own))
      #expect(server.info.kind == .external && server.info.storage == nil)
      let one = try await server.database(for: .study)
      let another = try await server.database(for: .study)
      #expect(RunIdentifier(databaseName: one.name) == RunIdentifier(databaseName: another.name))
      let connection = try SyncConnection.connect(to: another.configuration)
      defer { connection.close() }
      #expect(try connection.query("SELECT count(*) FROM users")[0].decode(Int.self, at: 0) == 100)
      try await one.drop()
      #expect(try !databases(admin).contains(one.name))
      await server.stop()
      #expect(try databases(admin) == before)
    }
  }

  @Test("At a normal end of the process its databases are dropped")
  func normalEnd() async throws {
    try await ThrowawayServer.with { own in
      let url = url(own)
      await #expect(processExitsWith: .exitCode(0)) { [url = url as String] in
        setenv("PGBENCH_DATABASE_URL", url, 1)
        let server = try await SharedServer.server()
        guard server is ExternalServer else { exit(1) }
        _ = try await server.database(for: .study)
        exit(0)
      }
      let admin = try admin(own)
      defer { admin.close() }
      #expect(try databases(admin).filter { $0.hasPrefix("pgbenchkit") }.isEmpty)
    }
  }

  @Test("A role with a password can drop its databases at the end of the process, too")
  func endWithPassword() async throws {
    try await ThrowawayServer.with { own in
      let admin = try admin(own)
      defer { admin.close() }
      try admin.execute("CREATE ROLE keyed LOGIN CREATEDB PASSWORD 'sesame'")
      let rules = try admin.query("SHOW hba_file")[0].decode(String.self, at: 0)
      let before = try String(contentsOfFile: rules, encoding: .utf8)
      try "local all keyed scram-sha-256\n\(before)".write(toFile: rules, atomically: false, encoding: .utf8)
      try admin.execute("SELECT pg_reload_conf()")
      let isGuarded = try await isRefused("keyed", own)
      #expect(isGuarded)
      let url = url(own, user: "keyed", password: "sesame")
      await #expect(processExitsWith: .exitCode(0)) { [url = url as String] in
        setenv("PGBENCH_DATABASE_URL", url, 1)
        _ = try await SharedServer.server().database(for: .study)
        exit(0)
      }
      #expect(try databases(admin).filter { $0.hasPrefix("pgbenchkit") }.isEmpty)
    }
  }

  @Test("What a killed run left is dropped by the next start; a live run's and other databases are not")
  func leftovers() async throws {
    try await ThrowawayServer.with { own in
      let admin = try admin(own)
      defer { admin.close() }
      try admin.execute("CREATE DATABASE pgbenchkit_notes")
      let url = url(own)
      let live = try await ExternalServer.connect(to: url)
      let used = try await live.database(for: .empty)
      await #expect(processExitsWith: .signal(SIGKILL)) { [url = url as String] in
        _ = try await ExternalServer.connect(to: url).database(for: .study)
        kill(getpid(), SIGKILL)
      }
      let liveOnes = Set(
        try databases(admin).filter {
          RunIdentifier(databaseName: $0) == RunIdentifier(databaseName: used.name)
        })
      let dead = Set(try databases(admin)).subtracting(liveOnes).filter {
        RunIdentifier(databaseName: $0) != nil
      }
      #expect(dead.count == 2)

      // The server may take a moment to notice that the killed run's connection is gone.
      _ = try await eventually {
        await (try await ExternalServer.connect(to: url)).stop()
        return Set(try databases(admin)).isDisjoint(with: dead)
      }
      let left = try databases(admin)
      #expect(Set(left).isDisjoint(with: dead))
      #expect(left.contains(used.name) && left.contains("pgbenchkit_notes"))
      await live.stop()
    }
  }

  @Test("Without the right to create a database the error says what to grant")
  func notPermitted() async throws {
    try await ThrowawayServer.with { own in
      let admin = try admin(own)
      defer { admin.close() }
      try admin.execute("CREATE ROLE bench LOGIN")
      let server = try await ExternalServer.connect(to: url(own, user: "bench"))
      await #expect { try await server.database(for: .study) } throws: { error in
        (error as? DatabaseServerError)?.code == .notPermitted
          && "\(error)".contains("ALTER ROLE \"bench\" CREATEDB")
      }
      await server.stop()

      try admin.execute("ALTER ROLE bench CREATEDB")
      let permitted = try await ExternalServer.connect(to: url(own, user: "bench"))
      let database = try await permitted.database(for: .study)
      #expect(try databases(admin).contains(database.name))
      await permitted.stop()
      #expect(try !databases(admin).contains(database.name))
    }
  }

  @Test("A wrong password is an error without the password")
  func wrongPassword() async throws {
    try await ThrowawayServer.with { own in
      let admin = try admin(own)
      defer { admin.close() }
      try admin.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
      _ = try await ServerShell(user: try .ofServer(), callersEnvironment: [:]).run(
        #"printf 'local all guarded scram-sha-256\nlocal all all trust\n' > "$1/pg_hba.conf""#,
        [own.cluster.folder.data])
      try admin.execute("SELECT pg_reload_conf()")
      let isGuarded = try await isRefused("guarded", own)
      #expect(isGuarded)
      let url = url(own, user: "guarded", password: "s3cr3t")
      await #expect { try await ExternalServer.connect(to: url) } throws: { error in
        (error as? DatabaseServerError)?.code == .unreachable && "\(error)".contains("PGBENCH_DATABASE_URL")
          && "\(error)".contains("guarded") && !"\(error)\(String(reflecting: error))".contains("s3cr3t")
      }
    }
  }

  @Test("A server that is not there is an error with host and port, in time")
  func unreachable() async {
    let start = ContinuousClock.now
    await #expect { try await ExternalServer.connect(to: "postgresql://me:s3cr3t@127.0.0.1:1/x") } throws: {
      error in
      let text = "\(error)"
      return (error as? DatabaseServerError)?.code == .unreachable && text.contains("127.0.0.1")
        && text.contains("port=1") && !text.contains("s3cr3t")
    }
    #expect(ContinuousClock.now - start < Slowness.limit)
  }

  @Test(
    "A URL whose password is taken for a port or a database is refused, and nothing of it is repeated",
    arguments: [
      "postgresql://maker:2024/s3cr3t@host/db", "postgresql://maker:/s3cr3t@host/db",
      "postgresql://maker:s3cr3t/x@host/db",
    ])
  func unencodedPassword(url: String) async {
    await #expect { try await ExternalServer.connect(to: url) } throws: { error in
      (error as? DatabaseServerError)?.code == .invalidConfiguration && "\(error)".contains("%2F")
        && !"\(error)\(String(reflecting: error))".contains("s3cr3t")
    }
  }

  @Test("A URL that cannot be read is an error that says how one looks, without repeating it")
  func malformed() async {
    await #expect { try await ExternalServer.connect(to: "postgresql://me:s3cr3t@[::1/x") } throws: { error in
      (error as? DatabaseServerError)?.code == .invalidConfiguration
        && "\(error)".contains("postgresql://user@host:5432/database") && !"\(error)".contains("s3cr3t")
    }
  }

  @Test("A database's name tells its run, and only names of the pattern do")
  func names() {
    let run = RunIdentifier(value: 0x00AB_CDEF)
    #expect(run.name(ofDatabase: 7) == "pgbenchkit_00abcdef_7")
    #expect(RunIdentifier(databaseName: "pgbenchkit_00abcdef_7") == run)
    for name in [
      "pgbenchkit_notes", "pgbenchkit_00ABCDEF_7", "pgbenchkit_abcdef_7", "pgbenchkit_00abcdef_x", "app",
    ] {
      #expect(RunIdentifier(databaseName: name) == nil)
    }
    let databases = ["app", "pgbenchkit_00abcdef_7", "pgbenchkit_00000001_1", "pgbenchkit_notes"]
    #expect(RunIdentifier.leftovers(databases: databases, lockedRuns: [1]) == ["pgbenchkit_00abcdef_7"])
    // One that is used keeps all of its run.
    let used: Set = ["pgbenchkit_00abcdef_3"]
    #expect(RunIdentifier.leftovers(databases: databases, lockedRuns: [1], used: used).isEmpty)
  }

  private func url(_ own: ThrowawayServer, user: String = "postgres", password: String? = nil) -> String {
    let secret = password.map { "&password=\($0)" } ?? ""
    return "postgresql:///postgres?host=\(own.cluster.folder.path)&port=5432&user=\(user)\(secret)"
  }

  private func admin(_ own: ThrowawayServer) throws -> SyncConnection {
    try SyncConnection.connect(to: ThrowawayServer.configuration(of: own.cluster.folder))
  }

  /// Whether a role is let in no more without a password: the postmaster reads its rules when it comes to it.
  private func isRefused(_ role: String, _ own: ThrowawayServer) async throws -> Bool {
    let configuration = own.configuration(user: role)
    return await eventually {
      guard let connection = try? await AsyncConnection.connect(to: configuration) else { return true }
      await connection.close()
      return false
    }
  }

  private func databases(_ admin: SyncConnection) throws -> [String] {
    try admin.query("SELECT datname::text FROM pg_database ORDER BY datname").map {
      try $0.decode(String.self, at: 0)
    }
  }
}
