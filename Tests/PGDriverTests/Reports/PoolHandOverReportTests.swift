import PGDriver
import PGTestSupport
import Testing

@Suite("Reports of what a pool hands over", .paced, .timeLimit(.minutes(5)))
struct PoolHandOverReportTests {
  static let resets: [PoolConfiguration.Reset] = [.rollback, .session, .script("RESET ALL")]

  private func configuration(_ reset: PoolConfiguration.Reset) -> PoolConfiguration {
    PoolConfiguration(maximumSize: 1, reset: reset)
  }

  private func notify(_ channel: String) async throws {
    try await TestDriver.async(.best).withConnection { other in
      _ = try await other.query("SELECT pg_notify(\(channel), 'secret')")
    }
  }

  /// MagicStack/asyncpg#189, MagicStack/asyncpg#377, brianc/node-postgres#2229, jackc/pgx#1121: what one user
  /// of a connection listened to reached the next one.
  @Test("notifications for one user of a blocking connection don't reach the next", arguments: resets)
  func syncHandOver(reset: PoolConfiguration.Reset) async throws {
    let server = try await SharedDatabase.configuration
    let channel = SharedDatabase.channel("handed_over")
    let another = SharedDatabase.channel("another")
    try await TestDriver.sync.run {
      let pool = try SyncPool(server, configuration(reset))
      let first = try pool.withConnection { connection in
        try connection.execute("LISTEN \(channel)")
        _ = try connection.query("SELECT pg_notify(\(channel), 'secret')")
        return connection.backendProcessID
      }
      try await notify(channel)
      try pool.withConnection { connection in
        #expect(connection.backendProcessID == first)
        #expect(try connection.query("SELECT pg_listening_channels()").isEmpty)
        #expect(try connection.nextNotification(timeout: .milliseconds(100)) == nil)
        try connection.execute("LISTEN \(another)")
        #expect(try connection.nextNotification(timeout: .milliseconds(100)) == nil)
      }
      #expect(pool.statistics.broken == 0)
      pool.close()
    }
  }

  /// The same: a stream ends with the use of its connection, and what comes for it isn't the next one's.
  @Test(
    "notifications for one user of an asynchronous connection don't reach the next",
    arguments: EventLoop.Backend.allCases, resets)
  func asyncHandOver(backend: EventLoop.Backend, reset: PoolConfiguration.Reset) async throws {
    let channel = SharedDatabase.channel("handed_over")
    let pool = try AsyncPool(
      try await SharedDatabase.configuration, configuration(reset), on: TestDriver.async(backend).loop)
    let (stream, first) = try await pool.withConnection { connection in
      try await connection.execute("LISTEN \(channel)")
      return (try await connection.notifications(on: channel), connection.backendProcessID)
    }
    // However it ends: nothing came on it.
    let ended = try await inBoundedTime { (try? await payloads(1, of: stream)) ?? [] }
    #expect(ended == [])
    try await notify(channel)
    try await pool.withConnection { connection in
      #expect(connection.backendProcessID == first)
      #expect(try await connection.query("SELECT pg_listening_channels()").isEmpty)
      let next = try await connection.notifications(on: channel)
      _ = try await connection.query("SELECT pg_notify(\(channel), 'own')")
      #expect(try await payloads(1, of: next) == ["own"])
    }
    #expect(pool.statistics.broken == 0)
    await pool.close()
  }

  /// The same for a connection on which LISTEN was run as a statement, prepared, or in a pipeline.
  @Test(
    "however it was begun, listening ends with the use of a connection", arguments: EventLoop.Backend.allCases
  )
  func statements(backend: EventLoop.Backend) async throws {
    let pool = try AsyncPool(
      try await SharedDatabase.configuration, configuration(.rollback), on: TestDriver.async(backend).loop)
    let heard = SharedDatabase.channel("heard")
    let ways: [@Sendable (AsyncConnection) async throws -> Void] = [
      { try await $0.execute("SELECT 1; LISTEN \(heard); SELECT 2") },
      { _ = try await $0.query("LISTEN \(unescaped: heard)") },
      { _ = try await $0.pipeline(["LISTEN \(unescaped: heard)", "SELECT 1"]) },
      { try await $0.transaction { try await $0.execute("LISTEN \(heard)") } },
      {
        try await $0.execute("DO $$ BEGIN EXECUTE 'LISTEN \(heard)'; END $$")
        // A notification tells what the tag DO doesn't.
        _ = try await $0.query("NOTIFY \(unescaped: heard)")
      },
    ]
    for way in ways {
      try await pool.withConnection(way)
      let channels = try await pool.withConnection { try await $0.query("SELECT pg_listening_channels()") }
      #expect(channels.isEmpty)
    }
    #expect(pool.statistics.opened == 1)
    await pool.close()
  }
}
