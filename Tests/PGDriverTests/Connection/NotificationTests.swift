import PGTestSupport
import Testing

@testable import PGDriver

@Suite("Notifications and notices", .paced, .timeLimit(.minutes(5)))
struct NotificationTests {
  @Test("reach an asynchronous listener, whether it is busy or idle", arguments: EventLoop.Backend.allCases)
  func asynchronous(backend: EventLoop.Backend) async throws {
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      let channel = SharedDatabase.channel("Some \"channel\"")
      let another = SharedDatabase.channel("another")
      let stream = try await connection.notifications(on: channel)
      try await TestDriver.async(backend).withConnection { other in
        _ = try await other.query("SELECT pg_notify(\(channel), 'one')")
        _ = try await other.query("SELECT pg_notify(\(another), 'nobody listens')")
      }
      _ = try await connection.query("SELECT pg_notify(\(channel), 'two')")
      var payloads: [String] = []
      for try await notification in stream {
        #expect(notification.channel == channel)
        payloads.append(notification.payload)
        if payloads.count == 2 { break }
      }
      #expect(payloads.sorted() == ["one", "two"])
    }
  }

  @Test("reach a thread that waits for them, for as long as it likes")
  func blocking() async throws {
    try await TestDriver.sync.withConnection { connection in
      let connection = try #require(connection as? SyncConnection)
      let channel = SharedDatabase.channel("here")
      try connection.execute("LISTEN \(channel)")
      #expect(try connection.nextNotification(timeout: .milliseconds(20)) == nil)
      _ = try connection.query("SELECT pg_notify(\(channel), 'now')")
      let notification = try #require(try connection.nextNotification(timeout: Slowness.limit))
      #expect(notification.payload == "now")
      #expect(notification.processID == connection.backendProcessID)
    }
  }

  @Test("of the server's go to the handler, with their fields")
  func notices() async throws {
    let notices = Recorder<String>()
    let configuration = try await SharedDatabase.configuration
    try await TestDriver.sync.run {
      let connection = try SyncConnection.connect(to: configuration) {
        notices.note("\($0.severity) \($0.message)")
      }
      try connection.execute("DO $$ BEGIN RAISE WARNING 'careful'; END $$")
      connection.close()
    }
    let connection = try await AsyncConnection.connect(to: configuration) {
      notices.note("\($0.severity) \($0.message)")
    }
    try await connection.execute("DO $$ BEGIN RAISE NOTICE 'well'; END $$")
    await connection.close()
    #expect(notices.elements == ["WARNING careful", "NOTICE well"])
  }
}

@Suite("A channel's name", .paced, .timeLimit(.minutes(5)))
struct ChannelNameTests {
  /// A name of 63 bytes, made of letters of two bytes each and of one more byte.
  private static func longest(_ letter: Character) -> String { String(repeating: letter, count: 31) + "x" }

  @Test("of 63 bytes is listened on, one of more is refused before anything is sent")
  func long() async throws {
    let configuration = try await SharedDatabase.configuration
    let connection = try await AsyncConnection.connect(to: configuration)
    let longest = Self.longest("é")
    let stream = try await connection.notifications(on: longest)
    _ = try await connection.query("SELECT pg_notify(\(longest), 'heard')")
    let payload = try await orHang { try await stream.first { _ in true }?.payload }
    #expect(payload == "heard")
    try await connection.execute("BEGIN")
    for name in [longest + "y", String(repeating: "n", count: 64), "", "a\0b"] {
      let error = try await errorOf { try await connection.notifications(on: name) }
      #expect(error.code == .encoding && error.serverFields == nil)
    }
    #expect(connection.transactionStatus == .inTransaction, "Nothing was sent.")
    await connection.close()
  }

  @Test("is the same to the blocking driver")
  func blocking() async throws {
    try await TestDriver.sync.withConnection { connection in
      let connection = try #require(connection as? SyncConnection)
      let longest = Self.longest("ü")
      try connection.listen(on: longest)
      _ = try connection.query("SELECT pg_notify(\(longest), 'heard')")
      #expect(try connection.nextNotification(timeout: Slowness.limit)?.payload == "heard")
      try connection.unlisten(on: longest)
      _ = try connection.query("SELECT pg_notify(\(longest), 'unheard')")
      #expect(try connection.nextNotification(timeout: .zero) == nil)
      try connection.execute("BEGIN")
      for name in [longest + "y", String(repeating: "n", count: 64), "", "a\0b"] {
        #expect(try await errorOf { try connection.listen(on: name) }.code == .encoding)
        #expect(try await errorOf { try connection.unlisten(on: name) }.code == .encoding)
      }
      #expect(connection.transactionStatus == .inTransaction, "Nothing was sent.")
    }
  }

  @Test("is quoted, so that any text is one")
  func quoted() throws {
    #expect(try ChannelName("Some \"channel\"; x").listen == #"LISTEN "Some ""channel""; x""#)
    #expect(try ChannelName("a").unlisten == #"UNLISTEN "a""#)
    #expect(
      try #require(throws: PostgresError.self) { try ChannelName(String(repeating: "é", count: 32)) }
        .message.contains("64 bytes"))
  }
}
