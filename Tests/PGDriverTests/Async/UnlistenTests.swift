import PGDriver
import PGTestSupport
import Testing

@Suite("A channel that nobody reads any more", .paced, .timeLimit(.minutes(5)))
struct UnlistenTests {
  private static func withConnection(
    _ backend: EventLoop.Backend, _ body: (AsyncConnection) async throws -> Void
  ) async throws {
    try await TestDriver.async(backend).withConnection { try await body(#require($0 as? AsyncConnection)) }
  }

  private static func channels(of connection: AsyncConnection) async throws -> [String] {
    try await connection.query("SELECT c FROM pg_listening_channels() AS c ORDER BY c").map {
      try $0.decode(String.self, at: 0)
    }
  }

  @Test("is listened on until its last sequence is gone", arguments: EventLoop.Backend.allCases)
  func last(backend: EventLoop.Backend) async throws {
    try await Self.withConnection(backend) { connection in
      let names = (SharedDatabase.channel("first"), SharedDatabase.channel("second"))
      var first: AsyncNotifications? = try await connection.notifications(on: names.0)
      var again: AsyncNotifications? = try await connection.notifications(on: names.0)
      let second = try await connection.notifications(on: names.1)
      #expect(first != nil && again != nil)
      first = nil
      #expect(try await Self.channels(of: connection) == [names.0, names.1])
      again = nil
      #expect(try await eventually { try await Self.channels(of: connection) == [names.1] })
      _ = try await connection.query("SELECT pg_notify(\(names.1), 'still read')")
      let payload = try await orHang { try await second.first { _ in true }?.payload }
      #expect(payload == "still read")
    }
  }

  @Test("is given up when its reader is cancelled", arguments: EventLoop.Backend.allCases)
  func cancelled(backend: EventLoop.Backend) async throws {
    try await Self.withConnection(backend) { connection in
      let stream = try await connection.notifications(on: "cancelled")
      let reader = Task { for try await _ in stream {} }
      reader.cancel()
      try await reader.value
      #expect(try await eventually { try await Self.channels(of: connection).isEmpty })
      withExtendedLifetime(stream) {}
    }
  }

  @Test(
    "is given up once the open transaction is over, which isn't touched",
    arguments: EventLoop.Backend.allCases)
  func inTransaction(backend: EventLoop.Backend) async throws {
    try await Self.withConnection(backend) { connection in
      var stream: AsyncNotifications? = try await connection.notifications(on: "later")
      #expect(stream != nil)
      try await connection.execute("BEGIN")
      stream = nil
      try await Task.sleep(for: .milliseconds(50))
      // UNLISTEN in the transaction would be undone with it.
      try await connection.execute("ROLLBACK")
      #expect(try await eventually { try await Self.channels(of: connection).isEmpty })
    }
  }

  @Test("and is read again at once, is listened on", arguments: EventLoop.Backend.allCases)
  func again(backend: EventLoop.Backend) async throws {
    try await Self.withConnection(backend) { connection in
      let channel = SharedDatabase.channel("again")
      for round in 1...50 {
        let stream = try await connection.notifications(on: channel)
        _ = try await connection.query("SELECT pg_notify(\(channel), \("\(round)"))")
        let payload = try await orHang { try await stream.first { _ in true }?.payload }
        #expect(payload == "\(round)")
      }
    }
  }

  @Test(
    "since its connection went back to the pool, is given up there", arguments: EventLoop.Backend.allCases)
  func pooled(backend: EventLoop.Backend) async throws {
    let configuration = try await SharedDatabase.configuration
    for reset in [PoolConfiguration.Reset.rollback, .session] {
      let pool = try AsyncPool(
        configuration, PoolConfiguration(maximumSize: 1, reset: reset),
        on: TestDriver.async(backend).loop)
      var backends: Set<Int32> = []
      for _ in 1...20 {
        let stream = try await pool.withConnection { connection in
          #expect(try await Self.channels(of: connection).isEmpty)
          backends.insert(connection.backendProcessID)
          return try await connection.notifications(on: "pooled")
        }
        let error = try await errorOf { try await orHang { for try await _ in stream {} } }
        #expect(error.code == .misuse)
      }
      #expect(backends.count == 1)
      #expect(pool.statistics.broken == 0)
      await pool.close()
    }
  }
}
