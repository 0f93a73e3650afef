import PGDriver
import PGSystem
import PGTestSupport
import Testing

@Suite("A connection that ends", .paced, .timeLimit(.minutes(5)))
struct ClosedConnectionTests {
  @Test("by close can be closed again, and refuses everything else", arguments: TestDriver.allCases)
  func close(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      await connection.close()
      await connection.close()
      #expect(await connection.isClosed)
      #expect(await connection.transactionStatus == .unknown)
      #expect(await connection.backendProcessID == 0)
      let ofQuery = try await errorOf { try await connection.query("SELECT 1") }
      #expect(ofQuery.code == .connectionClosed)
      let ofScript = try await errorOf { try await connection.execute("SELECT 1") }
      #expect(ofScript.code == .connectionClosed)
    }
  }

  @Test(
    "by the server while it is idle is an error at the next query, and closed", arguments: TestDriver.allCases
  )
  func terminatedWhileIdle(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await SharedDatabase.terminate(connection.backendProcessID)
      let error = try await inBoundedTime { try await errorOf { try await connection.query("SELECT 1") } }
      #expect(error.code == .connectionLost)
      #expect(error.sqlState == .adminShutdown)
      #expect(await connection.isClosed)
      #expect(try await errorOf { try await connection.query("SELECT 1") }.code == .connectionClosed)
    }
  }

  @Test("by the server while it is idle is an error at the next script", arguments: TestDriver.allCases)
  func terminatedBeforeScript(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      _ = try await connection.query("SELECT 1")
      try await SharedDatabase.terminate(connection.backendProcessID)
      let error = try await inBoundedTime { try await errorOf { try await connection.execute("SELECT 1") } }
      #expect(error.code == .connectionLost)
      #expect(await connection.isClosed)
    }
  }

  @Test("by the server in the middle of a query is an error with its reason", arguments: TestDriver.allCases)
  func terminatedInQuery(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let backend = await connection.backendProcessID
      let ending = Task {
        try await Task.sleep(for: .milliseconds(100))
        try await SharedDatabase.terminate(backend)
      }
      let error = try await inBoundedTime {
        try await errorOf { try await connection.query("SELECT pg_sleep(60)") }
      }
      try await ending.value
      #expect(error.code == .connectionLost)
      #expect(error.sqlState == .adminShutdown)
      #expect(error.message.contains("terminating connection"))
      #expect(await connection.isClosed)
    }
  }

  @Test("by itself is an error of its own query", arguments: TestDriver.allCases)
  func terminatesItself(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await inBoundedTime {
        try await errorOf { try await connection.query("SELECT pg_terminate_backend(pg_backend_pid())") }
      }
      #expect(error.code == .connectionLost)
      #expect(error.sqlState == .adminShutdown)
    }
  }

  @Test("in the middle of a large parameter is an error and no hang", arguments: TestDriver.allCases)
  func terminatedWhileSending(driver: TestDriver) async throws {
    let text = String(repeating: "0123456789", count: 2_000_000)
    try await driver.withConnection { connection in
      _ = try await connection.query("SELECT length(\("")::text)")
      let backend = await connection.backendProcessID
      // It reads nothing while it is stopped, so that the socket's buffers fill up and the driver waits to send the rest.
      try #require(kill(backend, SIGSTOP) == 0)
      async let end: Void = {
        try await Task.sleep(for: .milliseconds(100))
        kill(backend, SIGTERM)
        kill(backend, SIGCONT)
      }()
      let error = try await inBoundedTime {
        try await errorOf { try await connection.query("SELECT length(\(text)::text)") }
      }
      try await end
      #expect(error.code == .connectionLost)
      #expect(await connection.isClosed)
    }
  }

  @Test("leaves no backend behind", arguments: TestDriver.allCases)
  func noBackendLeft(driver: TestDriver) async throws {
    let name = "ends-\(UInt32.random(in: .min ... .max))"
    let configuration = try await SharedDatabase.configuration(applicationName: name)
    try await driver.run {
      var connections: [any PostgresConnection] = []
      for _ in 1...5 { connections.append(try await driver.connect(to: configuration)) }
      #expect(try await SharedDatabase.backends(applicationName: name) == 5)
      for connection in connections { await connection.close() }
    }
    #expect(try await eventually { try await SharedDatabase.backends(applicationName: name) == 0 })
  }

  @Test("because nobody refers to it leaves no backend behind", arguments: TestDriver.allCases)
  func dropped(driver: TestDriver) async throws {
    let name = "dropped-\(UInt32.random(in: .min ... .max))"
    let configuration = try await SharedDatabase.configuration(applicationName: name)
    try await driver.run {
      for _ in 1...5 { _ = try await driver.connect(to: configuration).query("SELECT 1") }
    }
    #expect(try await eventually { try await SharedDatabase.backends(applicationName: name) == 0 })
    // The numbers of their sockets are used again.
    _ = try await driver.withConnection { try await $0.query("SELECT 1") }
  }
}
