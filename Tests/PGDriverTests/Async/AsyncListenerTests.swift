import PGServer
import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("A listener", .paced, .timeLimit(.minutes(5)))
struct AsyncListenerTests {
  /// A listener on a channel of its own, whose connections can be told by their application name: the
  /// channel's.
  private struct Fixture: Sendable {
    let channel = SharedDatabase.channel("listener")
    let backend: EventLoop.Backend

    func connect(
      to configuration: PostgresConfiguration? = nil,
      reconnectDelay: ClosedRange<Duration> = .milliseconds(5)...(.milliseconds(100))
    ) async throws -> AsyncListener {
      var configuration =
        if let configuration { configuration } else { try await SharedDatabase.configuration }
      configuration.parameters["application_name"] = channel
      return try await AsyncListener.connect(
        to: configuration, channels: [channel, channel + "_2"], on: TestDriver.async(backend).loop,
        reconnectDelay: reconnectDelay)
    }

    func notify(
      _ payload: String, on suffix: String = "", of configuration: PostgresConfiguration? = nil
    ) async throws {
      try await TestDriver.async(backend).withConnection(to: configuration) {
        _ = try await $0.query("SELECT pg_notify(\(channel + suffix), \(payload))")
      }
    }

    func terminate() async throws {
      try await TestDriver.async(backend).withConnection {
        let ended = try await $0.query(
          """
          SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
          WHERE application_name = \(channel)
          """)
        #expect(ended.count == 1)
      }
    }

    var connections: Int64 {
      get async throws { try await SharedDatabase.backends(applicationName: channel) }
    }
  }

  @Test(
    "goes on after its connection was ended again and again, and says so",
    arguments: EventLoop.Backend.allCases)
  func terminated(backend: EventLoop.Backend) async throws {
    let fixture = Fixture(backend: backend)
    let listener = try await fixture.connect()
    try await orHang(.seconds(60)) {
      var events = listener.makeAsyncIterator()
      for round in 1...5 {
        try await fixture.notify("\(round)")
        guard case .notification(let first) = try await events.next() else {
          Issue.record("No notification in round \(round).")
          return
        }
        #expect(first.payload == "\(round)" && first.channel == fixture.channel)
        try await fixture.notify("too", on: "_2")
        guard case .notification(let second) = try await events.next() else {
          Issue.record("No notification of the other channel in round \(round).")
          return
        }
        #expect(second.payload == "too" && second.channel == fixture.channel + "_2")
        try await fixture.terminate()
        #expect(try await events.next() == .reconnected)
      }
    }
    await listener.close()
    #expect(try await eventually { try await fixture.connections == 0 })
  }

  @Test("comes back to a server that crashed and was away for a while", arguments: EventLoop.Backend.allCases)
  func restarted(backend: EventLoop.Backend) async throws {
    let server = try await ThrowawayServer.start(settings: ["restart_after_crash": "on"])
    do {
      let configuration = try await server.database(for: .empty).configuration
      let fixture = Fixture(backend: backend)
      let listener = try await fixture.connect(to: configuration)
      let socket = "\(try #require(configuration.host))/.s.PGSQL.\(try #require(configuration.port))"
      try await TestDriver.async(backend).withConnection(to: configuration) { victim in
        let process = await victim.backendProcessID
        try #require(rename(socket, socket + ".away") == 0)
        try #require(kill(process, SIGKILL) == 0)
      }
      try await Task.sleep(for: .milliseconds(500))
      try #require(rename(socket + ".away", socket) == 0)
      try await orHang(.seconds(60)) {
        var events = listener.makeAsyncIterator()
        #expect(try await events.next() == .reconnected)
        try await fixture.notify("after", of: configuration)
        guard case .notification(let notification) = try await events.next() else {
          Issue.record("No notification.")
          return
        }
        #expect(notification.payload == "after")
      }
      await listener.close()
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test("ends by close, read or not, and leaves no connection", arguments: EventLoop.Backend.allCases)
  func closed(backend: EventLoop.Backend) async throws {
    let fixture = Fixture(backend: backend)
    let listener = try await fixture.connect()
    let reader = Task { try await orHang { try await listener.reduce(0) { count, _ in count + 1 } } }
    try await fixture.notify("one")
    // The reader, or the memory, has it by then.
    try await Task.sleep(for: .milliseconds(50))
    await listener.close()
    await listener.close()
    #expect(try await reader.value == 1)
    #expect(try await listener.first { _ in true } == nil)
    #expect(try await eventually { try await fixture.connections == 0 })
  }

  @Test("ends by close while it can't connect", arguments: EventLoop.Backend.allCases)
  func closedWhileAway(backend: EventLoop.Backend) async throws {
    let fixture = Fixture(backend: backend)
    let database = try await testDatabase()
    let listener = try await fixture.connect(
      to: database.configuration, reconnectDelay: .seconds(60)...(.seconds(60)))
    try await fixture.terminate()
    try await Task.sleep(for: .milliseconds(50))
    try await inBoundedTime { await listener.close() }
    #expect(try await listener.first { _ in true } == nil)
    try await database.drop()
  }

  @Test("ends when its reader is cancelled", arguments: EventLoop.Backend.allCases)
  func cancelled(backend: EventLoop.Backend) async throws {
    let fixture = Fixture(backend: backend)
    let listener = try await fixture.connect()
    let reader = Task { for try await _ in listener {} }
    try await Task.sleep(for: .milliseconds(20))
    reader.cancel()
    try await reader.value
    #expect(try await eventually { try await fixture.connections == 0 })
    withExtendedLifetime(listener) {}
  }

  @Test("ends when nothing refers to it any longer", arguments: EventLoop.Backend.allCases)
  func dropped(backend: EventLoop.Backend) async throws {
    let fixture = Fixture(backend: backend)
    _ = try await fixture.connect()
    #expect(try await eventually { try await fixture.connections == 0 })
  }

  @Test("throws when its database is gone for good", arguments: EventLoop.Backend.allCases)
  func refused(backend: EventLoop.Backend) async throws {
    let fixture = Fixture(backend: backend)
    let database = try await testDatabase()
    let listener = try await fixture.connect(to: database.configuration)
    let name = try #require(database.configuration.database)
    // With its connections.
    try await TestDriver.async(backend).withConnection {
      try await $0.execute("DROP DATABASE \(PostgresQuery.quoted(identifier: name)) WITH (FORCE)")
    }
    let error = try await errorOf { try await orHang(.seconds(30)) { for try await _ in listener {} } }
    #expect(error.code == .connectionFailed && error.sqlState == .invalidCatalogName)
  }

  @Test("doesn't begin without a server, channels that it takes, or a pause")
  func notBegun() async throws {
    let server = try await SharedDatabase.configuration
    let nowhere = PostgresConfiguration(host: "/nonexistent", user: "nobody")
    #expect(
      try await errorOf { try await AsyncListener.connect(to: nowhere, channels: ["a"]) }.code
        == .connectionFailed)
    #expect(
      try await errorOf { try await AsyncListener.connect(to: server, channels: []) }.code
        == .invalidConfiguration)
    #expect(
      try await errorOf {
        try await AsyncListener.connect(
          to: server, channels: ["a"], reconnectDelay: .zero...(.seconds(1)))
      }.code == .invalidConfiguration)
    for name in ["", "a\0", String(repeating: "n", count: 64)] {
      #expect(
        try await errorOf { try await AsyncListener.connect(to: nowhere, channels: [name]) }.code
          == .encoding)
    }
  }

  @Test("waits longer after each failure, within bounds, and not always alike")
  func delay() {
    var random = SystemRandomNumberGenerator()
    var delay = ReconnectDelay(.milliseconds(50)...(.seconds(5)))
    var drawn: Set<Duration> = []
    for round in 0..<100 {
      let whole = min(.milliseconds(50) * (1 << min(round, 30)), Duration.seconds(5))
      let pause = delay.next(using: &random)
      #expect(pause >= whole / 2 && pause <= whole)
      drawn.insert(pause)
    }
    #expect(drawn.count > 50)
    delay.reset()
    #expect(delay.next(using: &random) <= .milliseconds(50))
  }
}
