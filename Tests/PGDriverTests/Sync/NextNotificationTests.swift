import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("nextNotification of the blocking driver", .paced, .timeLimit(.minutes(5)))
struct NextNotificationTests {
  private static func withConnection(_ body: (SyncConnection) async throws -> Void) async throws {
    try await TestDriver.sync.withConnection { try await body(#require($0 as? SyncConnection)) }
  }

  @Test("returns a burst in order, and keeps none of its memory")
  func burst() async throws {
    try await Self.withConnection { connection in
      let channel = SharedDatabase.channel("burst")
      try connection.execute("LISTEN \(channel)")
      for round in 1...2 {
        _ = try connection.query(
          "SELECT pg_notify(\(channel), \("\(round)-")::text || i) FROM generate_series(1, 40000) AS i")
        for index in 1...40_000 {
          let notification = try connection.nextNotification(timeout: Slowness.limit)
          try #require(notification?.payload == "\(round)-\(index)")
        }
        #expect(try connection.nextNotification(timeout: .zero) == nil)
        #expect(connection.core.notifications.capacity < 1000)
      }
    }
  }

  @Test("returns those that came before the connection's end, then throws the server's reason")
  func beforeEnd() async throws {
    try await Self.withConnection { connection in
      let channel = SharedDatabase.channel("before_end")
      try connection.execute("LISTEN \(channel)")
      let process = connection.backendProcessID
      try await TestDriver.async(.best).withConnection { other in
        for word in ["one", "two"] { _ = try await other.query("SELECT pg_notify(\(channel), \(word))") }
      }
      let first = try connection.nextNotification(timeout: Slowness.limit)
      #expect(first?.payload == "one")
      #expect(try connection.nextNotification(timeout: Slowness.limit)?.payload == "two")
      try await TestDriver.async(.best).withConnection { other in
        _ = try await other.query("SELECT pg_notify(\(channel), 'three')")
        let hasPassedOn = try await eventually {
          try await other.value(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = \(process) AND wait_event = 'ClientRead'") == 1
        }
        #expect(hasPassedOn)
        // The notification is on its way by now, but for what the backend needs to take it out of the queue.
        try await Task.sleep(for: .milliseconds(200))
      }
      try await SharedDatabase.terminate(process)
      #expect(try connection.nextNotification(timeout: Slowness.limit)?.payload == "three")
      for code in [PostgresError.Code.connectionLost, .connectionClosed] {
        let error = try await errorOf { try connection.nextNotification(timeout: Slowness.limit) }
        #expect(error.code == code && error.sqlState == .adminShutdown)
      }
    }
  }

  @Test("ends in time though notices never cease")
  func endlessNotices() async throws {
    let configuration = try await SharedDatabase.configuration
    try await TestDriver.sync.run {
      // Slower than the notices come, so that the socket always has more of them.
      let connection = try SyncConnection.connect(to: configuration) { _ in usleep(10_000) }
      let noisy = SharedDatabase.channel("noisy")
      try connection.execute("LISTEN \(SharedDatabase.channel("quiet"))")
      let end = Recorder<Void>()
      let flood = Task {
        try await TestDriver.async(.best).withConnection { other in
          while end.elements.isEmpty {
            _ = try await other.pipeline((0..<50).map { _ in "SELECT pg_notify(\(noisy), '')" })
          }
        }
      }
      try connection.execute("SET trace_notify = on; SET client_min_messages = debug1")
      let waiting = Task {
        try await Task.sleep(for: .seconds(20))
        end.note(())
      }
      let notification = try await inBoundedTime {
        try connection.nextNotification(timeout: .milliseconds(300))
      }
      #expect(notification == nil)
      end.note(())
      waiting.cancel()
      try await flood.value
      connection.close()
    }
  }
}
