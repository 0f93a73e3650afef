import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

@testable import PGBenchKit

@Suite("A proxy that adds a round trip", .paced, .timeLimit(.minutes(5)))
struct RoundTripProxyTests {
  static let roundTrip: Duration = .milliseconds(20)

  @Test("delays a query by all of it, on both drivers, and leads to the very backend")
  func delay() async throws {
    try await Self.withProxy { distant, _ in
      let sync = try SyncConnection.connect(to: distant)
      let async = try await AsyncConnection.connect(to: distant)
      for connection in [sync, async] as [any PostgresConnection] {
        let start = ContinuousClock.now
        let rows = try await connection.query("SELECT pg_backend_pid()")
        let elapsed = ContinuousClock.now - start
        // Prepared and executed: one round trip or two.
        #expect(elapsed >= Self.roundTrip)
        #expect(elapsed < Slowness.limit)
        let backend = (connection as? SyncConnection)?.backendProcessID ?? async.backendProcessID
        #expect(try rows[0].decode(Int32.self, at: 0) == backend)
      }
      sync.close()
      await async.close()
    }
  }

  @Test("doesn't add it to each of the statements in a pipeline")
  func pipeline() async throws {
    try await Self.withProxy { distant, _ in
      let connection = try await AsyncConnection.connect(to: distant)
      let start = ContinuousClock.now
      let answers = try await connection.pipeline((1...5000).map { "SELECT \(Int32($0))" as PostgresQuery })
      #expect(ContinuousClock.now - start < Self.roundTrip * 2500)
      #expect(try answers.map { try $0.get()[0].decode(Int32.self, at: 0) } == Array(1...5000))
      await connection.close()
    }
  }

  @Test("delivers 64 MB each way intact")
  func large() async throws {
    var generator = SplitMix()
    let text = String(
      decoding: (0..<64 << 20).map { _ in UInt8(ascii: "A") + UInt8(generator.next() >> 59) }, as: UTF8.self)
    try await Self.withProxy { distant, _ in
      let connection = try await AsyncConnection.connect(to: distant)
      let rows = try await connection.query("SELECT length(\(text)::text), \(text)::text")
      let (length, echo) = try rows[0].decode((Int32, String).self)
      #expect(Int(length) == text.utf8.count)
      let isEqual = echo == text
      #expect(isEqual)
      await connection.close()
    }
  }

  @Test("serves 20 connections at once")
  func several() async throws {
    try await Self.withProxy { distant, near in
      let holder = try await AsyncConnection.connect(to: near)
      // All wait for it at the same time before it is released.
      _ = try await holder.query("SELECT pg_advisory_lock(1)")
      let sum = try await withThrowingTaskGroup(of: Int32.self) { group in
        for number in Int32(1)...20 {
          group.addTask {
            let connection = try await AsyncConnection.connect(to: distant)
            var sum: Int32 =
              try await connection
              .query("SELECT \(number), pg_advisory_lock_shared(1)")[0].decode(at: 0)
            for _ in 0..<10 { sum += try await connection.query("SELECT \(number)")[0].decode(at: 0) }
            await connection.close()
            return sum
          }
        }
        let areWaiting = try await eventually {
          try await holder.query(
            """
            SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
            """)[0].decode(Int64.self, at: 0) == 20
        }
        #expect(areWaiting)
        _ = try await holder.query("SELECT pg_advisory_unlock(1)")
        return try await group.reduce(0, +)
      }
      #expect(sum == 11 * 210)
      await holder.close()
    }
  }

  @Test("lets a cancelled task cancel its statement on the server")
  func cancellation() async throws {
    try await Self.withProxy { distant, _ in
      let connection = try await AsyncConnection.connect(to: distant)
      let task = Task { try await connection.query("SELECT pg_sleep(60)") }
      try await Task.sleep(for: .milliseconds(50))
      task.cancel()
      let start = ContinuousClock.now
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      #expect(ContinuousClock.now - start < Slowness.limit)
      #expect(try await connection.query("SELECT 1").count == 1)
      await connection.close()
    }
  }

  @Test("tells the server that the client is gone")
  func clientCloses() async throws {
    try await Self.withProxy { distant, near in
      let connection = try await AsyncConnection.connect(to: distant)
      let backend = connection.backendProcessID
      await connection.close()
      let observer = try await AsyncConnection.connect(to: near)
      let isGone = try await eventually {
        try await observer.query("SELECT FROM pg_stat_activity WHERE pid = \(backend)").isEmpty
      }
      #expect(isGone)
      await observer.close()
    }
  }

  @Test("tells the client the server's last words, and that it is gone")
  func serverCloses() async throws {
    try await Self.withProxy { distant, near in
      let connection = try await AsyncConnection.connect(to: distant)
      let observer = try await AsyncConnection.connect(to: near)
      let sleeping = Task { try await connection.query("SELECT pg_sleep(60)") }
      let asleep = "pid = \(connection.backendProcessID) AND wait_event = 'PgSleep'"
      let isAsleep = try await eventually {
        try await observer.query("SELECT FROM pg_stat_activity WHERE \(unescaped: asleep)").count == 1
      }
      #expect(isAsleep)
      _ = try await observer.query("SELECT pg_terminate_backend(\(connection.backendProcessID))")
      let error = await #expect(throws: PostgresError.self) { try await sleeping.value }
      #expect(error?.serverFields?.sqlState == .adminShutdown)
      await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
      #expect(connection.isClosed)
      await observer.close()
    }
  }

  @Test("hangs up on a client for whom there is no server")
  func noServer() async throws {
    let proxy = try RoundTripProxy(
      to: PostgresConfiguration(host: "/nowhere", port: 5432), roundTrip: RoundTrip(duration: Self.roundTrip))
    defer { proxy.close() }
    let distant = proxy.configuration(
      for: PostgresConfiguration(user: "nobody", database: "none", connectTimeout: 20))
    let error = await #expect(throws: PostgresError.self) { try await AsyncConnection.connect(to: distant) }
    #expect(error?.code == .connectionFailed)
  }

  @Test("leaves neither folder nor connection when it is closed")
  func closed() async throws {
    let database = try await SharedServer.server().database(for: .empty)
    let proxy = try RoundTripProxy(
      to: database.configuration, roundTrip: RoundTrip(duration: Self.roundTrip))
    let distant = proxy.configuration(for: database.configuration)
    let folder = try #require(distant.host)
    #expect(FileProbe.machine.names(folder).contains(".s.PGSQL.\(try #require(distant.port))"))
    let connection = try await AsyncConnection.connect(to: distant)
    let backend = connection.backendProcessID
    proxy.close()
    proxy.close()
    #expect(FileProbe.machine.resolved(folder) == nil)
    await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
    await #expect(throws: PostgresError.self) { try await AsyncConnection.connect(to: distant) }
    let observer = try await AsyncConnection.connect(to: database.configuration)
    let isGone = try await eventually {
      try await observer.query("SELECT FROM pg_stat_activity WHERE pid = \(backend)").isEmpty
    }
    #expect(isGone)
    await observer.close()
    try await database.drop()
  }

  /// Calls `body` with the way through a proxy to a database of the test's own, and with the direct way.
  private static func withProxy(
    _ body: (_ distant: PostgresConfiguration, _ near: PostgresConfiguration) async throws -> Void
  ) async throws {
    let database = try await SharedServer.server().database(for: .empty)
    let proxy = try RoundTripProxy(to: database.configuration, roundTrip: RoundTrip(duration: roundTrip))
    do {
      try await body(proxy.configuration(for: database.configuration), database.configuration)
    } catch {
      Issue.record(error)
    }
    proxy.close()
    try await database.drop()
  }

  /// The generator of SplitMix64 (Steele, Lea and Flood, 2014), the same bytes in each run.
  private struct SplitMix {
    private var state: UInt64 = 1

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }
}
