import PGDriver
import PGTestSupport
import Testing

@Suite("Connecting to several hosts", .paced, .timeLimit(.minutes(5)))
struct SeveralHostsTests {
  /// The shared server's configuration with other hosts before its own, and time enough for a busy machine.
  private func shared(
    after hosts: [String], _ change: (inout PostgresConfiguration) -> Void = { _ in }
  ) async throws -> PostgresConfiguration {
    var configuration = try await SharedDatabase.configuration
    let own = try #require(configuration.host)
    configuration.parameters["host"] = (hosts + [own]).joined(separator: ",")
    configuration.parameters["connect_timeout"] = "5"
    change(&configuration)
    return configuration
  }

  private func failure(_ driver: TestDriver, _ configuration: PostgresConfiguration) async throws
    -> PostgresError
  {
    try await errorOf { try await driver.run { _ = try await driver.connect(to: configuration) } }
  }

  @Test("gives each its own connect_timeout", arguments: TestDriver.allCases)
  func silentFirst(driver: TestDriver) async throws {
    let silent = try [SilentServer(), SilentServer()]
    let configuration = try await shared(after: silent.map(\.folder))
    #expect(try await driver.ask("SELECT 1", of: configuration) == Int32(1))
    withExtendedLifetime(silent) {}
  }

  @Test("of which none answers in time is a time-out that names each", arguments: TestDriver.allCases)
  func allSilent(driver: TestDriver) async throws {
    let silent = try [SilentServer(), SilentServer()]
    let configuration = PostgresConfiguration(
      host: silent.map(\.folder).joined(separator: ","), port: 5432, user: "anna", connectTimeout: 1)
    let error = try await failure(driver, configuration)
    #expect(error.code == .timedOut)
    for server in silent { #expect(error.message.contains(server.folder)) }
    withExtendedLifetime(silent) {}
  }

  @Test("tells what each of them said", arguments: TestDriver.allCases)
  func complaints(driver: TestDriver) async throws {
    let silent = try SilentServer()
    let error = try await failure(
      driver,
      PostgresConfiguration(
        host: "/nowhere,\(silent.folder),127.0.0.1", user: "anna", connectTimeout: 1,
        parameters: ["port": "5432,5432,1"]))
    #expect(error.code == .connectionFailed)
    for part in ["/nowhere/.s.PGSQL.5432", silent.folder, "connect_timeout", "127.0.0.1", "port 1"] {
      #expect(error.message.contains(part))
    }
    withExtendedLifetime(silent) {}
  }

  @Test("takes the addresses of hostaddr in order, and a port for each", arguments: TestDriver.allCases)
  func addresses(driver: TestDriver) async throws {
    let error = try await failure(
      driver,
      PostgresConfiguration(
        host: "one.invalid,two.invalid", user: "anna",
        parameters: ["hostaddr": "127.0.0.1,127.0.0.2", "port": "1,2"]))
    #expect(error.code == .connectionFailed)
    #expect(error.message.contains("127.0.0.1"))
    #expect(error.message.contains("port 1"))
    #expect(error.message.contains("127.0.0.2"))
    #expect(error.message.contains("port 2"))
  }

  @Test("refuses numbers of ports and hosts that don't match", arguments: TestDriver.allCases)
  func mismatch(driver: TestDriver) async throws {
    let configuration = PostgresConfiguration(host: "/a,/b,/c", user: "anna", parameters: ["port": "1,2"])
    #expect(try await failure(driver, configuration).code == .invalidConfiguration)
    let addresses = PostgresConfiguration(host: "/a", user: "anna", parameters: ["hostaddr": "::1,::1"])
    #expect(try await failure(driver, addresses).code == .invalidConfiguration)
  }

  @Test("tries no other after one has refused", arguments: TestDriver.allCases)
  func refused(driver: TestDriver) async throws {
    let refusing = try FakeServer { client in
      client.receive()
      client.send(FakeServer.response("E", "SFATAL", "VFATAL", "C28P01", "Mnot you"))
    }
    let error = try await failure(driver, try await shared(after: [refusing.folder]))
    #expect(error.code == .connectionFailed)
    #expect(error.sqlState == .invalidPassword)
    #expect(error.message.contains("not you"))
  }

  @Test("goes on after one that can't be connected to now", arguments: TestDriver.allCases)
  func startingUp(driver: TestDriver) async throws {
    let starting = try FakeServer { client in
      client.receive()
      client.send(FakeServer.response("E", "SFATAL", "VFATAL", "C57P03", "Mthe system is starting up"))
    }
    let configuration = try await shared(after: [starting.folder])
    #expect(try await driver.ask("SELECT 1", of: configuration) == Int32(1))
  }

  @Test("finds a primary when a standby is preferred and there is none", arguments: TestDriver.allCases)
  func preferStandby(driver: TestDriver) async throws {
    let silent = try SilentServer()
    let configuration = try await shared(after: ["/nowhere", silent.folder]) {
      $0.parameters["target_session_attrs"] = "prefer-standby"
    }
    #expect(try await driver.ask("SELECT pg_is_in_recovery()", of: configuration) == false)
    let standby = try await shared(after: ["/nowhere"]) {
      $0.parameters["target_session_attrs"] = "standby"
    }
    let error = try await failure(driver, standby)
    #expect(error.code == .connectionFailed)
    #expect(error.message.contains("hot standby"))
    withExtendedLifetime(silent) {}
  }

  @Test("skips a host whose session is of another kind", arguments: TestDriver.allCases)
  func otherKind(driver: TestDriver) async throws {
    let readOnly = try FakeServer { client in
      client.receive()
      client.send(FakeServer.authenticationOk)
      client.send(FakeServer.parameterStatus("server_version", "15.0"))
      client.send(FakeServer.parameterStatus("default_transaction_read_only", "on"))
      client.send(FakeServer.parameterStatus("in_hot_standby", "on"))
      client.send(FakeServer.backendKeyData)
      client.send(FakeServer.readyForQuery)
      client.fallSilent()
    }
    for attributes in ["read-write", "primary"] {
      let configuration = try await shared(after: [readOnly.folder]) {
        $0.parameters["target_session_attrs"] = attributes
      }
      #expect(try await driver.ask("SELECT pg_is_in_recovery()", of: configuration) == false)
    }
  }

  @Test("lets a blocking pool work by the second when the first is silent")
  func syncPool() async throws {
    let silent = try SilentServer()
    let configuration = try await shared(after: [silent.folder])
    let answer = try await onThread {
      let pool = try SyncPool(configuration, PoolConfiguration(minimumSize: 2, maximumSize: 2))
      defer { pool.close() }
      return try pool.withConnection { try $0.query("SELECT 1")[0].decode(Int32.self, at: 0) }
    }
    #expect(answer == 1)
    withExtendedLifetime(silent) {}
  }

  @Test("lets an asynchronous pool work by the second when the first is silent")
  func asyncPool() async throws {
    let silent = try SilentServer()
    let configuration = try await shared(after: [silent.folder])
    let pool = try AsyncPool(configuration, PoolConfiguration(minimumSize: 2, maximumSize: 2))
    let answer = try await pool.withConnection { try await $0.value("SELECT 1", as: Int32.self) }
    #expect(answer == 1)
    await pool.close()
    withExtendedLifetime(silent) {}
  }
}
