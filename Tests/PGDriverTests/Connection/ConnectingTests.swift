import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

@Suite("Connecting", .paced, .timeLimit(.minutes(5)))
struct ConnectingTests {
  @Test("answers a connection that knows its server", arguments: TestDriver.allCases)
  func works(driver: TestDriver) async throws {
    let number = try await SharedServer.server().info.versionNumber
    try await driver.withConnection { connection in
      #expect(await !connection.isClosed)
      #expect(await connection.transactionStatus == .idle)
      #expect(await connection.backendProcessID > 0)
      let pid: Int32 = try await connection.value("SELECT pg_backend_pid()")
      #expect(await connection.backendProcessID == pid)
      if let sync = connection as? SyncConnection {
        #expect(Int(sync.serverVersion) == number)
        #expect(sync.serverParameter("client_encoding") == "UTF8")
        #expect(sync.serverParameter("no such parameter") == nil)
      }
      if let async = connection as? AsyncConnection {
        #expect(Int(async.serverVersion) == number)
        #expect(await async.serverParameter("client_encoding") == "UTF8")
        #expect(await async.serverParameter("no such parameter") == nil)
      }
    }
  }

  @Test("works by a URL and by a key=value string", arguments: TestDriver.allCases)
  func byString(driver: TestDriver) async throws {
    let known = try await SharedDatabase.configuration
    try #require(known.host?.hasPrefix("/") == true)
    let host = known.host ?? ""
    let user = known.user ?? ""
    let database = known.database ?? ""
    let port = known.port ?? 5432
    for string in [
      "postgresql://\(user)@:\(port)/\(database)?host=\(host)",
      "host=\(host) port=\(port) user=\(user) dbname=\(database)",
    ] {
      try await driver.withConnection(to: PostgresConfiguration(string)) { connection in
        let answer: String = try await connection.value("SELECT current_database()::text")
        #expect(answer == database)
      }
    }
  }

  @Test("speaks UTF-8, however that is spelt", arguments: TestDriver.allCases)
  func encoding(driver: TestDriver) async throws {
    for spelling in ["UTF8", "utf-8", "Unicode", ""] {
      var configuration = try await SharedDatabase.configuration
      configuration.parameters["client_encoding"] = spelling
      #expect(try await driver.ask("SHOW client_encoding", of: configuration) == "UTF8")
      let answer: String = try await driver.ask("SELECT \("žluťoučký 🐘")::text", of: configuration)
      #expect(answer == "žluťoučký 🐘")
    }
  }

  @Test("refuses an encoding that Swift's strings don't have", arguments: TestDriver.allCases)
  func otherEncoding(driver: TestDriver) async throws {
    for name in ["LATIN1", "auto", "sjis", "no such"] {
      var configuration = try await SharedDatabase.configuration
      configuration.parameters["client_encoding"] = name
      let bad = configuration
      let error = try await errorOf { try await driver.run { _ = try await driver.connect(to: bad) } }
      #expect(error.code == .invalidConfiguration)
      #expect(error.message.contains("client_encoding"))
      #expect(error.message.contains("UTF8"))
    }
  }

  @Test("speaks UTF-8 whatever PGCLIENTENCODING says")
  func encodingOfEnvironment() async throws {
    let parameters = try await SharedDatabase.configuration.parameters
    await #expect(processExitsWith: .success) { [parameters = parameters as [String: String]] in
      // Only this child process sees it.
      setenv("PGCLIENTENCODING", "LATIN1", 1)
      for driver in TestDriver.allCases {
        let configuration = PostgresConfiguration(parameters: parameters)
        let answer: String = try await driver.ask("SHOW client_encoding", of: configuration)
        #expect(answer == "UTF8")
      }
    }
  }

  @Test("reads the bytes of an SQL_ASCII database by client_encoding SQL_ASCII")
  func withoutEncoding() async throws {
    let server = try await ThrowawayServer.start()
    do {
      let database = try await server.database(for: .empty).configuration
      for (number, driver) in TestDriver.allCases.enumerated() {
        try await driver.withConnection(to: database) {
          try await $0.execute(
            "CREATE DATABASE bytes\(number) ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
          )
        }
        var raw = database.with(database: "bytes\(number)")
        try await driver.withConnection(to: raw) { connection in
          let error = try await errorOf { try await connection.query("SELECT 'a' || chr(233)") }
          #expect(error.sqlState?.rawValue == "22021")
        }
        raw.parameters["client_encoding"] = "sql-ascii"
        try await driver.withConnection(to: raw) { connection in
          #expect(try await connection.value("SHOW client_encoding") == "SQL_ASCII")
          let row = try await connection.query("SELECT 'a' || chr(233), 'é'::text")[0]
          #expect(try row.decode(PostgresRawValue.self, at: 0).bytes == [0x61, 0xE9])
          #expect(throws: PostgresError.self) { try row.decode(String.self, at: 0) }
          #expect(try row.decode(String.self, at: 1) == "é")
        }
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test("goes on to the next host if one refuses", arguments: TestDriver.allCases)
  func secondHost(driver: TestDriver) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.parameters["host"] = "/nowhere,\(configuration.host ?? "")"
    try await driver.withConnection(to: configuration) { connection in
      let answer: Int32 = try await connection.value("SELECT 1")
      #expect(answer == 1)
    }
  }

  /// A change of a good configuration that makes it a bad one, and what the error must name.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let name: String
    let change: @Sendable (inout PostgresConfiguration) -> Void

    init(
      _ what: String, naming name: String, _ change: @escaping @Sendable (inout PostgresConfiguration) -> Void
    ) {
      testDescription = what
      self.name = name
      self.change = change
    }

    static let all = [
      Fault("a socket that isn't there", naming: "/nowhere") { $0.parameters["host"] = "/nowhere" },
      Fault("another port of the socket's folder", naming: "5999") { $0.parameters["port"] = "5999" },
      Fault("a TCP port where nobody listens", naming: "127.0.0.1") {
        $0.parameters["host"] = "127.0.0.1"
        $0.parameters["port"] = "1"
      },
      Fault("a port that is none", naming: "port") { $0.parameters["port"] = "99999" },
      Fault("a role that isn't there", naming: "nobody_at_all") { $0.parameters["user"] = "nobody_at_all" },
      Fault("a database that isn't there", naming: "no such database") {
        $0.parameters["dbname"] = "no such database"
      },
      Fault("a key word that libpq doesn't know", naming: "colour") { $0.parameters["colour"] = "red" },
      Fault("an sslmode that isn't one", naming: "sslmode") { $0.parameters["sslmode"] = "perhaps" },
    ]
  }

  @Test("fails soon and says why", arguments: TestDriver.allCases, Fault.all)
  func fails(driver: TestDriver, fault: Fault) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.parameters["password"] = "hunter2"
    fault.change(&configuration)
    let bad = configuration
    let error = try await inBoundedTime {
      try await errorOf { try await driver.run { _ = try await driver.connect(to: bad) } }
    }
    #expect(error.code == .connectionFailed)
    #expect(error.message.contains(fault.name))
    #expect(!String(reflecting: error).contains("hunter2"))
    #expect(error.message.last?.isNewline == false)
  }

  @Test(
    "to a server that listens and never answers ends with connect_timeout", arguments: TestDriver.allCases)
  func timesOut(driver: TestDriver) async throws {
    let silent = try SilentServer()
    let configuration = PostgresConfiguration(
      host: silent.folder, port: 5432, user: "anna", password: "hunter2", database: "shop", connectTimeout: 1)
    let start = ContinuousClock.now
    let error = try await inBoundedTime {
      try await errorOf { try await driver.run { _ = try await driver.connect(to: configuration) } }
    }
    let elapsed = ContinuousClock.now - start
    #expect(error.code == .timedOut)
    #expect(error.message.contains("connect_timeout"))
    #expect(elapsed > .milliseconds(1990))
    withExtendedLifetime(silent) {}
  }

  @Test("that takes long delays nobody else on the loop", arguments: EventLoop.Backend.allCases)
  func loopIsFree(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let silent = try SilentServer()
    let toSilence = PostgresConfiguration(host: silent.folder, port: 5432, connectTimeout: 600)
    let configuration = try await SharedDatabase.configuration
    let connecting = Task { try await AsyncConnection.connect(to: toSilence, on: loop) }
    try await Task.sleep(for: .milliseconds(50))
    try await inBoundedTime {
      let connection = try await AsyncConnection.connect(to: configuration, on: loop)
      #expect(try await connection.value("SELECT 1") == Int32(1))
      await connection.close()
    }
    connecting.cancel()
    #expect(try await errorOf { try await connecting.value }.code == .cancelled)
    loop.shutdown()
    withExtendedLifetime(silent) {}
  }

  @Test("asks for the password of a role that has one, and never repeats a wrong one")
  func password() async throws {
    let server = try await ThrowawayServer.start()
    do {
      let configuration = try await server.database(for: .empty).configuration
      try await TestDriver.async(.best).withConnection(to: configuration) { connection in
        try await connection.execute("SET password_encryption = 'scram-sha-256'")
        try await connection.execute("CREATE ROLE anna LOGIN PASSWORD 'right one'")
        let file: String = try await connection.value("SELECT current_setting('hba_file')")
        let lines = "VALUES ('local all anna scram-sha-256'), ('local all all trust')"
        try await connection.execute("COPY (\(lines)) TO '\(file)'")
        try await connection.execute("SELECT pg_reload_conf()")
      }
      var asAnna = configuration
      asAnna.parameters["user"] = "anna"
      asAnna.parameters["password"] = "wrong hunter2"
      let wrong = asAnna
      #expect(
        await eventually {
          do { try await TestDriver.async(.best).withConnection(to: wrong) { _ in } } catch { return true }
          return false
        }, "the server goes on without asking for a password")
      asAnna.parameters["password"] = "right one"
      let right = asAnna
      for driver in TestDriver.allCases {
        let error = try await inBoundedTime {
          try await errorOf { try await driver.run { _ = try await driver.connect(to: wrong) } }
        }
        #expect(error.code == .connectionFailed)
        #expect(error.sqlState == .invalidPassword)
        #expect(error.message.contains("password authentication failed for user \"anna\""))
        #expect(!String(reflecting: error).contains("hunter2"))
        try await driver.withConnection(to: right) { connection in
          let user: String = try await connection.value("SELECT current_user::text")
          #expect(user == "anna")
        }
      }
      // No waiting for what will not pass.
      let pool = try AsyncPool(wrong, PoolConfiguration(waitTimeout: .seconds(60)))
      let refused = try await inBoundedTime { try await errorOf { try await pool.withConnection { _ in } } }
      #expect(refused.sqlState == .invalidPassword)
      await pool.close()
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }
}
