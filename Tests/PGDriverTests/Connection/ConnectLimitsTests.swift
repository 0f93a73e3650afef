import PGDriver
import PGSystem
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What ends an attempt to connect that would not end by itself.
@Suite("An attempt to connect", .paced, .timeLimit(.minutes(5)))
struct ConnectLimitsTests {
  private static func failure(_ driver: TestDriver, _ configuration: PostgresConfiguration) async throws
    -> PostgresError
  {
    try await errorOf { try await driver.run { _ = try await driver.connect(to: configuration) } }
  }

  enum Flood: CaseIterable {
    case notices, parameters, newParameters

    /// What a server might send again and again before it is ready, so much of it that there is always more
    /// to read.
    var messages: [UInt8] { (0..<10_000).flatMap { _ in message } }

    private var message: [UInt8] {
      switch self {
      case .notices: FakeServer.response("N", "SNOTICE", "VNOTICE", "C00000", "Mnot yet")
      case .parameters: FakeServer.parameterStatus("TimeZone", "UTC")
      // libpq keeps each.
      case .newParameters: FakeServer.parameterStatus("a\(UInt64.random(in: 0 ... .max))", "b")
      }
    }
  }

  @Test(
    "ends with connect_timeout though the server never stops talking",
    arguments: zip(TestDriver.allCases, Flood.allCases))
  func talkative(driver: TestDriver, flood: Flood) async throws {
    let server = try FakeServer { client in
      client.receive()
      client.send(FakeServer.authenticationOk)
      // Made beforehand, so that the client is the slower one.
      let messages = flood.messages
      let end = ContinuousClock.now + .seconds(20)
      while ContinuousClock.now < end, client.send(messages) {}
    }
    let error = try await Self.failure(
      driver, PostgresConfiguration(host: server.folder, port: 5432, user: "anna", connectTimeout: 1))
    #expect(error.code == .timedOut)
    #expect(error.message.contains("connect_timeout"))
  }

  @Test("tells an ErrorResponse that has no SQLSTATE", arguments: TestDriver.allCases)
  func withoutState(driver: TestDriver) async throws {
    let server = try FakeServer { client in
      client.receive()
      client.send(FakeServer.response("E", "SFATAL", "Mno room: none at all", "Hcome back"))
    }
    let error = try await Self.failure(
      driver, PostgresConfiguration(host: server.folder, port: 5432, user: "anna"))
    #expect(error.code == .connectionFailed)
    #expect(error.message.contains("no room: none at all"))
    #expect(error.sqlState == nil)
    #expect(!String(reflecting: error).contains("SQLSTATE"))
  }

  @Test("tells the SQLSTATE whatever language the server speaks", arguments: TestDriver.allCases)
  func translated(driver: TestDriver) async throws {
    let server = try FakeServer { client in
      client.receive()
      client.send(FakeServer.response("E", "SВАЖНО", "VFATAL", "C28P01", "M\u{301}пользователь: нет"))
    }
    let error = try await Self.failure(
      driver, PostgresConfiguration(host: server.folder, port: 5432, user: "anna"))
    #expect(error.sqlState == .invalidPassword)
    #expect(error.message.contains("пользователь: нет"))
    #expect(!error.message.contains("28P01"))
  }

  @Test("leads to a session whose errors without SQLSTATE are told, too", arguments: TestDriver.allCases)
  func laterWithoutState(driver: TestDriver) async throws {
    let server = try FakeServer { client in
      client.receive()
      client.send(FakeServer.authenticationOk)
      client.send(FakeServer.backendKeyData)
      client.send(FakeServer.readyForQuery)
      client.receive()
      client.send(FakeServer.response("E", "SERROR", "VERROR", "Mno such luck"))
      client.send(FakeServer.readyForQuery)
      client.fallSilent()
    }
    let configuration = PostgresConfiguration(host: server.folder, port: 5432, user: "anna")
    try await driver.withConnection(to: configuration) { connection in
      let error = try await errorOf { try await connection.execute("SELECT 1") }
      #expect(error.code == .server)
      #expect(error.message == "no such luck")
      #expect(error.sqlState == nil)
      #expect("\(error)" == "no such luck")
      #expect(!String(reflecting: error).contains("SQLSTATE"))
    }
  }

  @Test(
    "refuses integers that libpq refuses", arguments: TestDriver.allCases,
    [
      "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
      "tcp_user_timeout", "port",
    ])
  func integers(driver: TestDriver, name: String) async throws {
    for value in ["abc", "1s", "0x10", "1 2", "99999999999", "1.5", "²"] {
      var configuration = try await SharedDatabase.configuration
      configuration.parameters[name] = value
      let error = try await Self.failure(driver, configuration)
      #expect(error.code == .invalidConfiguration, "\(value)")
      #expect(error.message.contains(name))
      #expect(!error.message.contains(value))
    }
  }

  @Test("takes integers that libpq takes", arguments: TestDriver.allCases)
  func spacedIntegers(driver: TestDriver) async throws {
    var configuration = try await SharedDatabase.configuration
    let port = configuration.port ?? 5432
    configuration.parameters["connect_timeout"] = " +10 "
    configuration.parameters["keepalives_idle"] = "-1"
    configuration.parameters["port"] = " \(port)\t"
    #expect(try await driver.ask("SELECT 1", of: configuration) == Int32(1))
  }

  @Test("has the connect_timeout of the environment, or of a service file")
  func environment() async throws {
    await #expect(processExitsWith: .success) {
      let folder = "/tmp/pgdriver-tests-\(UInt64.random(in: 0 ... .max))"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try "[hasty]\nconnect_timeout=1\n[odd]\nconnect_timeout=abc\n"
        .write(toFile: "\(folder)/services", atomically: true, encoding: .utf8)
      let server = try FakeServer { $0.fallSilent() }
      let plain = PostgresConfiguration(host: server.folder, port: 5432, user: "anna")
      // Only this child process sees it.
      setenv("PGSERVICEFILE", "\(folder)/services", 1)
      for driver in TestDriver.allCases {
        var byService = plain
        byService.parameters["service"] = "hasty"
        #expect(try await ConnectLimitsTests.failure(driver, byService).code == .timedOut)
        byService.parameters["service"] = "odd"
        #expect(try await ConnectLimitsTests.failure(driver, byService).code == .invalidConfiguration)
        setenv("PGCONNECT_TIMEOUT", "1", 1)
        #expect(try await ConnectLimitsTests.failure(driver, plain).code == .timedOut)
        setenv("PGCONNECT_TIMEOUT", "abc", 1)
        #expect(try await ConnectLimitsTests.failure(driver, plain).code == .invalidConfiguration)
        setenv("PGCONNECT_TIMEOUT", "1", 1)
        // A pool has a limit of its own, but only where nobody else has set one.
        let pool = try AsyncPool(
          plain, PoolConfiguration(waitTimeout: .seconds(8), reconnectTimeout: .milliseconds(10)))
        let error = try await errorOf { try await pool.withConnection { _ in } }
        #expect(error.code == .timedOut)
        await pool.close()
        unsetenv("PGCONNECT_TIMEOUT")
      }
    }
  }

  // MARK: Cancellation

  @Test("ends at once when its task is cancelled", arguments: EventLoop.Backend.allCases, [false, true])
  func cancelled(backend: EventLoop.Backend, onLoop: Bool) async throws {
    let loop = try TestDriver.async(backend).loop
    let server = try FakeServer { $0.fallSilent() }
    let configuration = PostgresConfiguration(host: server.folder, port: 5432, user: "anna")
    let connecting = Task(executorPreference: onLoop ? loop : nil) {
      try await errorOf { try await AsyncConnection.connect(to: configuration, on: loop) }
    }
    try await Task.sleep(for: .milliseconds(100))
    connecting.cancel()
    #expect(try await connecting.value.code == .cancelled)
  }

  @Test("doesn't begin in a cancelled task, whatever it would lead to", arguments: EventLoop.Backend.allCases)
  func cancelledBefore(backend: EventLoop.Backend) async throws {
    let loop = try TestDriver.async(backend).loop
    let configuration = try await SharedDatabase.configuration
    let connecting = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await errorOf { try await AsyncConnection.connect(to: configuration, on: loop) }
    }
    connecting.cancel()
    #expect(try await connecting.value.code == .cancelled)
  }

  #if os(Linux)
    @Test("that is cancelled or times out leaves no descriptor open")
    func descriptors() async throws {
      await #expect(processExitsWith: .success) {
        let server = try FakeServer { $0.fallSilent() }
        let configuration = PostgresConfiguration(host: server.folder, port: 5432, user: "anna")
        let loop = try EventLoop()
        func count() -> Int { (Int32(0)..<4096).count { fcntl($0, F_GETFD) >= 0 } }
        let before = count()
        for number in 0..<60 {
          let connecting = Task {
            try await errorOf { try await AsyncConnection.connect(to: configuration, on: loop) }
          }
          if number % 2 == 0 { try await Task.sleep(for: .milliseconds(2)) }
          connecting.cancel()
          #expect(try await connecting.value.code == .cancelled)
        }
        // The server's ends are closed when it notices, and nobody keeps the others.
        #expect(await eventually { count() < before + 10 })
      }
    }
  #endif
}
