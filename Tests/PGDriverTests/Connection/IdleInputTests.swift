import PGDriver
import PGTestSupport
import Testing

@Suite("What the server sends to an idle connection", .paced, .timeLimit(.minutes(5)))
struct IdleInputTests {
  @Test("that it ends it, shows when it is asked for its state", arguments: TestDriver.allCases)
  func terminated(driver: TestDriver) async throws {
    for asksForStatus in [false, true] {
      try await driver.withConnection { connection in
        _ = try await connection.query("SELECT 1")
        #expect(await !connection.isClosed)
        #expect(await connection.transactionStatus == .idle)
        try await SharedDatabase.terminate(connection.backendProcessID)
        if asksForStatus {
          #expect(await connection.transactionStatus == .unknown)
        }
        #expect(await connection.isClosed)
        #expect(await connection.transactionStatus == .unknown)
        #expect(await connection.backendProcessID == 0)
        // The reason isn't lost with the connection.
        let error = try await errorOf { try await connection.query("SELECT 1") }
        #expect(error.code == .connectionLost && error.sqlState == .adminShutdown)
        #expect(try await errorOf { try await connection.query("SELECT 1") }.code == .connectionClosed)
      }
    }
  }

  @Test("that it ends it in a transaction, shows, too", arguments: TestDriver.allCases)
  func terminatedInTransaction(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("BEGIN")
      #expect(await connection.transactionStatus == .inTransaction)
      try await SharedDatabase.terminate(connection.backendProcessID)
      #expect(await connection.transactionStatus == .unknown)
      #expect(await connection.isClosed)
    }
  }

  @Test("that it ends it in a transaction's body, shows there", arguments: TestDriver.allCases)
  func terminatedInBody(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf {
        try await connection.transaction { connection in
          #expect(await !connection.isClosed)
          try await SharedDatabase.terminate(connection.backendProcessID)
          #expect(await connection.transactionStatus == .unknown)
          #expect(await connection.isClosed)
        }
      }
      #expect(error.code == .connectionLost && error.sqlState == .adminShutdown)
    }
  }

  @Test("is left alone while the connection is busy", arguments: EventLoop.Backend.allCases)
  func busy(backend: EventLoop.Backend) async throws {
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      let process = connection.backendProcessID
      async let answer = connection.value("SELECT 7::int4 FROM pg_sleep(2)", as: Int32.self)
      try await SharedDatabase.untilAsleep(process)
      while connection.transactionStatus == .active {
        #expect(!connection.isClosed)
        try await Task.sleep(for: .milliseconds(1))
      }
      #expect(try await answer == 7)
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test("as notices goes to the handler when it is asked for its state", arguments: TestDriver.allCases)
  func notices(driver: TestDriver) async throws {
    let notices = Recorder<String>()
    let configuration = try await SharedDatabase.configuration
    let channel = SharedDatabase.channel("idle")
    try await driver.run {
      let connection: any PostgresConnection =
        if let loop = try driver.loop {
          try await AsyncConnection.connect(to: configuration, on: loop) { notices.note($0.severity) }
        } else {
          try SyncConnection.connect(to: configuration) { notices.note($0.severity) }
        }
      // The server then tells of each notification's arrival by a notice (manual, section 20.17,
      // "trace_notify").
      try await connection.execute(
        "SET trace_notify = on; SET client_min_messages = debug1; LISTEN \(channel)")
      let before = notices.elements.count
      try await TestDriver.async(.best).withConnection { try await $0.execute("NOTIFY \(channel)") }
      let haveCome = await eventually {
        _ = await connection.isClosed
        return notices.elements.count > before
      }
      #expect(haveCome)
      #expect(notices.elements.last == "DEBUG")
      #expect(try await connection.value("SELECT 1::int4", as: Int32.self) == 1)
      await connection.close()
    }
  }
}
