import PGDriver
import PGServer
import PGTestSupport
import Testing

#if os(Linux)
  import PGSystem

  /// A level-triggered selector reports what nobody takes for ever; a loop must not spin on it.
  @Suite("An idle event loop uses no CPU", .paced, .timeLimit(.minutes(5)))
  struct IdleLoopTests {
    /// Sets something up on a loop of its own, and expects the loop to be quiet afterwards.
    private func expectQuiet(
      on backend: EventLoop.Backend, after body: (EventLoop) async throws -> AsyncConnection,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let loop = try EventLoop(backend: backend)
      let connection = try await body(loop)
      let used = try await ThreadClock.used(byThread: loop.threadID, during: .milliseconds(200))
      #expect(used < .milliseconds(20), sourceLocation: sourceLocation)
      await connection.close()
      loop.shutdown()
    }

    @Test("with an idle connection", arguments: EventLoop.Backend.allCases)
    func idle(backend: EventLoop.Backend) async throws {
      let configuration = try await SharedDatabase.configuration
      try await expectQuiet(on: backend) { loop in
        let connection = try await AsyncConnection.connect(to: configuration, on: loop)
        _ = try await connection.query("SELECT 1")
        return connection
      }
    }

    @Test("with a query that takes its time", arguments: EventLoop.Backend.allCases)
    func waiting(backend: EventLoop.Backend) async throws {
      let configuration = try await SharedDatabase.configuration
      try await expectQuiet(on: backend) { loop in
        let connection = try await AsyncConnection.connect(to: configuration, on: loop)
        Task { try await connection.query("SELECT pg_sleep(0.5)") }
        try await Task.sleep(for: .milliseconds(50))
        return connection
      }
    }

    @Test("with an idle connection that the server ended", arguments: EventLoop.Backend.allCases)
    func terminated(backend: EventLoop.Backend) async throws {
      let configuration = try await SharedDatabase.configuration
      try await expectQuiet(on: backend) { loop in
        let connection = try await AsyncConnection.connect(to: configuration, on: loop)
        _ = try await connection.query("SELECT 1")
        try await SharedDatabase.terminate(connection.backendProcessID)
        return connection
      }
    }

    @Test("with a connection that found out that the server ended it", arguments: EventLoop.Backend.allCases)
    func lost(backend: EventLoop.Backend) async throws {
      let configuration = try await SharedDatabase.configuration
      try await expectQuiet(on: backend) { loop in
        let connection = try await AsyncConnection.connect(to: configuration, on: loop)
        try await SharedDatabase.terminate(connection.backendProcessID)
        #expect(try await errorOf { try await connection.query("SELECT 1") }.code == .connectionLost)
        return connection
      }
    }

    @Test(
      "with an idle connection to which the server speaks unasked, which works on",
      arguments: EventLoop.Backend.allCases)
    func notified(backend: EventLoop.Backend) async throws {
      let configuration = try await SharedDatabase.configuration
      try await expectQuiet(on: backend) { loop in
        let connection = try await AsyncConnection.connect(to: configuration, on: loop)
        let channel = SharedDatabase.channel("idle_loop")
        try await connection.execute("LISTEN \(channel)")
        try await TestDriver.async(.best).withConnection {
          try await $0.execute("NOTIFY \(channel), 'hello'")
        }
        return connection
      }
      let loop = try EventLoop(backend: backend)
      let connection = try await AsyncConnection.connect(to: configuration, on: loop)
      let channel = SharedDatabase.channel("idle_loop")
      try await connection.execute("LISTEN \(channel)")
      for _ in 1...3 {
        try await TestDriver.async(.best).withConnection {
          try await $0.execute("NOTIFY \(channel), 'hello'")
        }
        _ = try await inBoundedTime { try await connection.query("SELECT 1") }
      }
      await connection.close()
      loop.shutdown()
    }

    @Test("with a connection that nobody closed", arguments: EventLoop.Backend.allCases)
    func dropped(backend: EventLoop.Backend) async throws {
      let configuration = try await SharedDatabase.configuration
      try await expectQuiet(on: backend) { loop in
        for _ in 1...3 {
          _ = try await AsyncConnection.connect(to: configuration, on: loop).query("SELECT 1")
        }
        return try await AsyncConnection.connect(to: configuration, on: loop)
      }
    }

    @Test("with connections to a server that was killed", arguments: EventLoop.Backend.allCases)
    func killed(backend: EventLoop.Backend) async throws {
      let server = try await ThrowawayServer.start()
      do {
        let configuration = try await server.database(for: .empty).configuration
        try await expectQuiet(on: backend) { loop in
          let connection = try await AsyncConnection.connect(to: configuration, on: loop)
          _ = try await connection.query("SELECT 1")
          kill(server.processIdentifier, SIGKILL)
          kill(connection.backendProcessID, SIGKILL)
          try await Task.sleep(for: .milliseconds(100))
          return connection
        }
      } catch {
        await server.stop()
        throw error
      }
      await server.stop()
    }

    @Test("after a connection timed out", arguments: EventLoop.Backend.allCases)
    func timedOut(backend: EventLoop.Backend) async throws {
      let configuration = try await SharedDatabase.configuration
      let silent = try SilentServer()
      try await expectQuiet(on: backend) { loop in
        let toSilence = PostgresConfiguration(host: silent.folder, port: 5432, connectTimeout: 1)
        #expect(
          try await errorOf { try await AsyncConnection.connect(to: toSilence, on: loop) }.code == .timedOut)
        return try await AsyncConnection.connect(to: configuration, on: loop)
      }
    }
  }
#endif
