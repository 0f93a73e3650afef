import PGDriver
import PGTestSupport
import Testing

@Suite("A stream of notifications ends", .paced, .timeLimit(.minutes(5)))
struct NotificationEndTests {
  private static func connect(
    _ backend: EventLoop.Backend, _ applicationName: String? = nil
  ) async throws -> AsyncConnection {
    var configuration = try await SharedDatabase.configuration
    if let applicationName { configuration.parameters["application_name"] = applicationName }
    return try await AsyncConnection.connect(to: configuration, on: TestDriver.async(backend).loop)
  }

  private static func channel() -> String { SharedDatabase.channel("ends") }

  @Test(
    "throwing the server's reason when its idle connection is ended", arguments: EventLoop.Backend.allCases)
  func terminatedWhileIdle(backend: EventLoop.Backend) async throws {
    let connection = try await Self.connect(backend)
    let stream = try await connection.notifications(on: Self.channel())
    try await SharedDatabase.terminate(connection.backendProcessID)
    let error = try await errorOf { try await countToEnd(of: stream) }
    #expect(error.code == .connectionLost && error.sqlState == .adminShutdown)
    #expect(connection.isClosed)
  }

  @Test(
    "throwing the server's reason when its connection is ended in a query, after what came before",
    arguments: EventLoop.Backend.allCases)
  func terminatedInQuery(backend: EventLoop.Backend) async throws {
    let connection = try await Self.connect(backend)
    let channel = Self.channel()
    let stream = try await connection.notifications(on: channel)
    let payloads = Recorder<String>()
    let process = connection.backendProcessID
    _ = try await connection.query("SELECT pg_notify(\(channel), 'before the query')")
    let ofQuery = try await errorOf {
      async let _: Void = {
        try await SharedDatabase.untilAsleep(process)
        try await TestDriver.async(backend).withConnection {
          _ = try await $0.query("SELECT pg_notify(\(channel), 'in the query')")
        }
        try await SharedDatabase.terminate(process)
      }()
      return try await connection.query("SELECT pg_sleep(60)")
    }
    #expect(ofQuery.code == .connectionLost)
    let error = try await errorOf {
      try await orHang { for try await notification in stream { payloads.note(notification.payload) } }
    }
    #expect(error.code == .connectionLost && error.sqlState == .adminShutdown)
    // What came while the backend slept it has no time to pass on: it is ended first.
    #expect(payloads.elements == ["before the query"])
  }

  @Test(
    "throwing what the server said while it was waited for a turn, in a scope",
    arguments: EventLoop.Backend.allCases)
  func terminatedInScope(backend: EventLoop.Backend) async throws {
    let connection = try await Self.connect(backend)
    let stream = try await connection.notifications(on: Self.channel())
    let ofScope = try await errorOf {
      try await connection.withRows(of: "SELECT repeat('x', 1000) FROM generate_series(1, 100000)") { rows in
        var isFirst = true
        for try await _ in rows {
          if isFirst { try await SharedDatabase.terminate(connection.backendProcessID) }
          isFirst = false
        }
      }
    }
    #expect(ofScope.code == .connectionLost)
    #expect(try await errorOf { try await countToEnd(of: stream) }.code == .connectionLost)
  }

  @Test(
    "throwing the server's reason when its connection is ended in a transaction's body, and there",
    arguments: EventLoop.Backend.allCases)
  func terminatedInTransaction(backend: EventLoop.Backend) async throws {
    let connection = try await Self.connect(backend)
    let stream = try await connection.notifications(on: Self.channel())
    let ofTransaction = try await errorOf {
      try await connection.transaction { connection in
        try await SharedDatabase.terminate(connection.backendProcessID)
        #expect(try await errorOf { try await countToEnd(of: stream) }.sqlState == .adminShutdown)
      }
    }
    #expect(ofTransaction.code == .connectionLost)
  }

  @Test("normally when its connection is closed, idle or in a query", arguments: EventLoop.Backend.allCases)
  func closed(backend: EventLoop.Backend) async throws {
    for isBusy in [false, true] {
      let connection = try await Self.connect(backend)
      let stream = try await connection.notifications(on: Self.channel())
      let process = connection.backendProcessID
      let query = Task { if isBusy { _ = try await connection.query("SELECT pg_sleep(60)") } }
      if isBusy { try await SharedDatabase.untilAsleep(process) }
      let reader = Task { try await countToEnd(of: stream) }
      await connection.close()
      #expect(try await reader.value == 0)
      _ = await query.result
      // Once more, from the start.
      #expect(try await countToEnd(of: stream) == 0)
    }
  }

  @Test(
    "normally when its reader is cancelled, and its connection goes on", arguments: EventLoop.Backend.allCases
  )
  func cancelled(backend: EventLoop.Backend) async throws {
    let connection = try await Self.connect(backend)
    let stream = try await connection.notifications(on: Self.channel())
    let reader = Task { try await countToEnd(of: stream) }
    try await Task.sleep(for: .milliseconds(20))
    reader.cancel()
    #expect(try await reader.value == 0)
    #expect(try await connection.value("SELECT 1::int4", as: Int32.self) == 1)
    await connection.close()
  }

  @Test("and not before, though nobody else refers to its connection", arguments: EventLoop.Backend.allCases)
  func keepsConnection(backend: EventLoop.Backend) async throws {
    let channel = Self.channel()
    let name = "kept-\(channel)"
    let stream = try await Self.connect(backend, name).notifications(on: channel)
    try await TestDriver.async(backend).withConnection {
      _ = try await $0.query("SELECT pg_notify(\(channel), 'still there')")
    }
    let payload = try await orHang { try await stream.first { _ in true }?.payload }
    #expect(payload == "still there")
  }

  @Test("before it begins on a closed connection", arguments: EventLoop.Backend.allCases)
  func notBegun(backend: EventLoop.Backend) async throws {
    let connection = try await Self.connect(backend)
    await connection.close()
    let error = try await errorOf { try await connection.notifications(on: Self.channel()) }
    #expect(error.code == .connectionClosed)
  }

  @Test("when its connection, of a pool, is closed by its user", arguments: EventLoop.Backend.allCases)
  func pooled(backend: EventLoop.Backend) async throws {
    let configuration = try await SharedDatabase.configuration
    let pool = try AsyncPool(configuration, on: TestDriver.async(backend).loop)
    let channel = Self.channel()
    try await pool.withConnection { connection in
      let stream = try await connection.notifications(on: channel)
      let reader = Task { try await countToEnd(of: stream) }
      await connection.close()
      #expect(try await reader.value == 0)
    }
    await pool.close()
  }
}

/// How many notifications come before a stream ends; fails if it doesn't end.
private func countToEnd(
  of stream: AsyncNotifications, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> Int {
  try await orHang(sourceLocation: sourceLocation) {
    var count = 0
    for try await _ in stream { count += 1 }
    return count
  }
}
