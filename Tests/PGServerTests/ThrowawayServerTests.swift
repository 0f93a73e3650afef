import PGDriver
import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

@Suite("A throw-away server", .paced)
struct ThrowawayServerTests {
  @Test("It runs in a private folder, on a Unix socket only, and stops with its folder")
  func life() async throws {
    let server = try await ThrowawayServer.start()
    let folder = server.cluster.folder.path
    var status = stat()
    #expect(lstat(folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
    #expect(kill(server.processIdentifier, 0) == 0)
    #expect(server.info.kind == .throwaway)
    #expect(server.info.transport == .unixSocket)
    #expect(server.info.versionNumber >= 120_000)
    #expect(server.info.settings["fsync"] == "off")
    #expect(server.info.settings["TimeZone"] == "UTC")
    #expect(try await value("SHOW listen_addresses", on: server) == "")

    await server.stop()
    #expect(access(folder, F_OK) != 0)
    #expect(kill(server.processIdentifier, 0) != 0 && errno == ESRCH)
    await #expect { try await server.database(for: .empty) } throws: { error in
      (error as? DatabaseServerError)?.code == .stopped
    }
  }

  @Test("It runs as an unprivileged user even for root")
  func user() async throws {
    try await ThrowawayServer.with { server in
      var status = stat()
      #expect(lstat(server.cluster.folder.data, &status) == 0)
      #expect(status.st_uid != 0)
      #expect(geteuid() == 0 || status.st_uid == geteuid())
    }
  }

  @Test("Clones hold the fixture, and what happens in one does not show in another")
  func clones() async throws {
    try await ThrowawayServer.with { server in
      async let one = server.database(for: .study)
      async let another = server.database(for: .study)
      let databases = try await [one, another]
      #expect(Set(databases.map(\.name)).count == 2)
      let connections = try databases.map { try SyncConnection.connect(to: $0.configuration) }
      defer { connections.forEach { $0.close() } }
      #expect(try count("users", connections[0]) == 100)
      #expect(try count("products", connections[0]) == 100)
      try connections[0].execute("DELETE FROM users")
      #expect(try count("users", connections[0]) == 0)
      #expect(try count("users", connections[1]) == 100)
      let product = try connections[1].query("SELECT name, price, sku FROM products WHERE id = 100")
      #expect(try product[0].decode((String, Double, String).self) == ("Product 100", 110.99, "SKU100"))
    }
  }

  @Test("A dropped database is gone, open connections or not, and dropping it twice does nothing")
  func drop() async throws {
    try await ThrowawayServer.with { server in
      let database = try await server.database(for: .empty)
      let connection = try SyncConnection.connect(to: database.configuration)
      defer { connection.close() }
      try await database.drop()
      try await database.drop()
      #expect(throws: PostgresError.self) { try SyncConnection.connect(to: database.configuration) }
    }
  }

  @Test("A fixture whose SQL is wrong is named in the error, with the server's words")
  func wrongFixture() async throws {
    try await ThrowawayServer.with { server in
      let wrong = Fixture(name: "crooked", script: "CREATE TABLE t (id int); SELEKT 1")
      await #expect { try await server.database(for: wrong) } throws: { error in
        let text = "\(error)"
        return text.contains("crooked") && text.contains("SELEKT") && text.contains("42601")
      }
    }
  }

  @Test("A setting that the server refuses ends the start at once, with the server's log")
  func wrongSetting() async throws {
    let start = ContinuousClock.now
    await #expect { try await ThrowawayServer.start(settings: ["shared_buffers": "1 potato"]) } throws: {
      error in
      (error as? DatabaseServerError)?.code == .startFailed && "\(error)".contains("shared_buffers")
    }
    #expect(ContinuousClock.now - start < Slowness.limit)
  }

  @Test("No program of the server inherits the caller's environment")
  func cleanEnvironment() async throws {
    let shell = ServerShell(
      user: try .ofServer(), callersEnvironment: ["PGPORT": "1", "PGDATA": "/x", "PATH": ".:tools::/opt/x"])
    let output = try await shell.run("env", []).output
    // By the names: a value such as PWD's may hold PG, as in a clone of the default name.
    let names = output.split(separator: "\n").map { $0.prefix { $0 != "=" } }
    #expect(!names.contains { $0.hasPrefix("PG") })
    // Nothing is looked up in the folder that the caller is in.
    #expect(output.contains("PATH=/usr/bin:/bin:/usr/sbin:/sbin:/opt/x\n"))
    #expect(try await shell.run("pwd", []).output == "/\n")
  }

  @Test("Root becomes the server's user by setpriv, and where that is BusyBox's, by its su")
  func becomingAnotherUser() {
    let user = ServerUser(name: "postgres", userID: 70, groupID: 71, home: nil, isOther: true)
    func command(_ program: String?) -> [String]? {
      let files = FileProbe(
        isExecutable: { $0 == "/bin/setpriv" && program != nil }, names: { _ in [] },
        resolved: { $0 == "/bin/setpriv" ? program : nil }, text: { _ in nil })
      return ServerShell.command(as: user, "id", ["-c", "a b"], files: files)
    }
    let options = ["--reuid=70", "--regid=71", "--clear-groups"]
    #expect(
      command("/usr/bin/setpriv")
        == ["/bin/setpriv"] + options + ["/bin/sh", "-c", "id", "pgbenchkit", "-c", "a b"])
    #expect(
      command("/bin/busybox")?.joined(separator: "|")
        == "/bin/busybox|su|-p|-s|/bin/sh|-c|id|--|postgres|pgbenchkit|-c|a b")
    #expect(command(nil) == nil)
  }

  @Test("A start that is cancelled at any moment says so, and leaves nothing", arguments: [0, 3, 10, 30, 60])
  func cancelled(milliseconds: Int) async throws {
    let task = Task { try await ThrowawayServer.start() }
    try await Task.sleep(for: .milliseconds(milliseconds))
    task.cancel()
    do {
      await (try task.value).stop()
    } catch {
      #expect("\(error)".contains("cancelled"), "\(error)")
    }
  }

  private func count(_ table: String, _ connection: SyncConnection) throws -> Int {
    try connection.query("SELECT count(*) FROM \(unescaped: table)")[0].decode(Int.self, at: 0)
  }

  private func value(_ sql: String, on server: ThrowawayServer) async throws -> String {
    let database = try await server.database(for: .empty)
    let connection = try SyncConnection.connect(to: database.configuration)
    defer { connection.close() }
    return try connection.query(PostgresQuery(sql: sql))[0].decode(String.self, at: 0)
  }
}

/// Users as containers have them, which root can become in a child process.
@Suite("An ordinary user", .paced, .serialized, .enabled(if: geteuid() == 0))
struct OrdinaryUserTests {
  @Test("A user without a name is told what to do, and nothing is left")
  func nameless() async throws {
    let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
      #expect(setgid(54_321) == 0 && setuid(54_321) == 0)
      do {
        _ = try await ThrowawayServer.start()
      } catch let error as DatabaseServerError {
        print("\(error)")
        exit(error.code == .startFailed ? 0 : 2)
      }
      exit(1)
    }
    let words = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(words.contains("User 54321 has no name") && words.contains("docker run --user"))
    #expect(left(of: 54_321).isEmpty)
  }

  @Test(
    "Without a folder for a cache a server starts all the same, and leaves nothing",
    arguments: [
      ["HOME": "", "XDG_CACHE_HOME": ""], ["HOME": "/proc"], ["HOME": "/", "XDG_CACHE_HOME": "/sys"],
    ])
  func noCache(variables: [String: String]) async throws {
    let before = left(of: 65_534)
    let pairs = variables.map { "\($0)=\($1)" }
    await #expect(processExitsWith: .exitCode(0)) { [pairs = pairs as [String]] in
      for pair in pairs {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
          String.init)
        setenv(parts[0], parts[1], 1)
      }
      #expect(setgid(65_534) == 0 && setuid(65_534) == 0)
      let server = try await ThrowawayServer.start()
      _ = try await server.database(for: .study)
      await server.stop()
      exit(0)
    }
    #expect(left(of: 65_534) == before)
  }

  /// The files of a user in the temporary folders.
  private func left(of user: uid_t) -> Set<String> {
    let paths = ["/tmp", "/dev/shm"].flatMap { folder in
      FileProbe.machine.names(folder).map { "\(folder)/\($0)" }
    }
    return Set(
      paths.filter { path in
        var status = stat()
        return lstat(path, &status) == 0 && status.st_uid == user
      })
  }
}
