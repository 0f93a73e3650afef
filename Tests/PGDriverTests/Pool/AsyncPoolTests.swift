import PGServer
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("Asynchronous pool", .paced)
struct AsyncPoolTests {
  @Test("Many tasks share few connections, and everybody gets his own rows")
  func sharing() async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(database.configuration, PoolConfiguration(maximumSize: 3))
    let backends = try await withThrowingTaskGroup(of: Int32.self) { group in
      for number in Int64(0)..<200 {
        group.addTask {
          try await pool.withConnection { connection in
            let rows = try await connection.query("SELECT \(number)")
            #expect(try #require(rows.first).decode(Int64.self) == number)
            return connection.backendProcessID
          }
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    let statistics = pool.statistics
    // One that was opened late may find that the others have done the work.
    #expect((1...3).contains(statistics.opened) && (1...statistics.opened).contains(backends.count))
    #expect(statistics.leases == 200 && statistics.leased == 0 && statistics.waiting == 0)
    #expect(statistics.longestWait > .zero && statistics.waitTime >= statistics.longestWait)
    await pool.close()
    try await database.drop()
  }

  @Test("A caller on the loop and one on Swift's executor both get their connection back in")
  func callers() async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(database.configuration, PoolConfiguration(maximumSize: 1))
    let outside = try await pool.backend()
    let onLoop = try await withTaskExecutorPreference(pool.loop) { try await pool.backend() }
    let onMain = try await Task { @MainActor in try await pool.backend() }.value
    #expect(outside == onLoop && outside == onMain)
    #expect(pool.statistics.leases == 3 && pool.statistics.idle == 1)
    await pool.close()
    try await database.drop()
  }

  @Test("Those who wait are served in the order in which they came")
  func order() async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(database.configuration, PoolConfiguration(maximumSize: 1))
    let (served, log) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup { group in
      try await pool.withConnection { _ in
        for number in 0..<20 {
          group.addTask { try await pool.withConnection { _ in _ = log.yield(number) } }
          try await eventually("the request waits") { pool.statistics.waiting == number + 1 }
        }
      }
      try await group.waitForAll()
    }
    log.finish()
    #expect(await served.reduce(into: []) { $0.append($1) } == Array(0..<20))
    await pool.close()
    try await database.drop()
  }

  @Test("A request that waits for too long fails with an error that names the numbers")
  func waitTimeout() async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(
      database.configuration,
      PoolConfiguration(minimumSize: 1, maximumSize: 1, waitTimeout: .milliseconds(50)))
    // A busy machine takes longer than that to connect.
    try await eventually("the connection is open") { pool.statistics.idle == 1 }
    try await pool.withConnection { _ in
      let error = await #expect(throws: PostgresError.self) { _ = try await pool.backend() }
      #expect(error?.code == .poolTimedOut)
      #expect(error?.message.contains("0.05 seconds: 1 of at most 1 are in use") == true)
    }
    #expect(try await pool.backend() > 0)
    #expect(pool.statistics.timeouts == 1)
    await pool.close()
    try await database.drop()
  }

  @Test("Cancelling a task that waits gives its place up at once")
  func cancellation() async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(database.configuration, PoolConfiguration(maximumSize: 1))
    try await pool.withConnection { _ in
      let task = Task { try await pool.backend() }
      try await eventually("the request waits") { pool.statistics.waiting == 1 }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(pool.statistics.waiting == 0 && pool.statistics.cancellations == 1)
    }
    await pool.close()
    try await database.drop()
  }

  @Test(
    "What the last user left behind is undone, as far as the policy says",
    arguments: [
      (PoolConfiguration.Reset.rollback, true), (.session, false),
      (.script("RESET work_mem"), false),
    ])
  func reset(_ policy: PoolConfiguration.Reset, keepsSetting: Bool) async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(database.configuration, PoolConfiguration(maximumSize: 1, reset: policy))
    let query: PostgresQuery = "SELECT current_setting('work_mem')"
    let original = try await pool.withConnection { connection in
      let value = try #require(try await connection.query(query).first).decode(String.self)
      try await connection.execute("SET work_mem = '77MB'")
      try await connection.execute("BEGIN")
      return value
    }
    try await pool.withConnection { connection in
      let status = connection.transactionStatus
      #expect(status == .idle)
      let value = try #require(try await connection.query(query).first).decode(String.self)
      #expect(value == (keepsSetting ? "77MB" : original))
    }
    #expect(pool.statistics.opened == 1)
    await pool.close()
    try await database.drop()
  }

  @Test("Idle connections leave after the idle time, but for the minimum")
  func idle() async throws {
    let pool = try AsyncPool(
      try await SharedDatabase.configuration,
      PoolConfiguration(minimumSize: 1, maximumSize: 4, idleTimeout: .milliseconds(100)))
    try await SharedDatabase.atOnce(4) { lock in
      try await withThrowingTaskGroup { group in
        for _ in 1...4 {
          group.addTask {
            try await pool.withConnection {
              _ = try await $0.query("SELECT pg_advisory_lock_shared(\(lock))")
            }
          }
        }
        try await group.waitForAll()
      }
    }
    #expect(pool.statistics.opened == 4)
    try await eventually("the surplus is gone") { pool.statistics.size == 1 }
    #expect(pool.statistics.opened == 4)
    await pool.close()
  }

  @Test("A connection that is old is replaced")
  func aging() async throws {
    let pool = try AsyncPool(
      try await SharedDatabase.configuration,
      PoolConfiguration(minimumSize: 1, maximumSize: 1, maximumLifetime: .seconds(1)))
    let before = try await pool.backend()
    try await eventually("it is replaced") { try await pool.backend() != before }
    #expect(pool.statistics.opened >= 2)
    await pool.close()
  }

  @Test("Closing waits for what is in use, refuses the rest, and leaves no connection behind")
  func closing() async throws {
    let database = try await testDatabase()
    let observer = try await AsyncConnection.connect(to: database.configuration)
    let pool = try AsyncPool(database.configuration, PoolConfiguration(maximumSize: 1))
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let long = Task {
      try await pool.withConnection {
        start.finish()
        try await $0.execute("SELECT pg_sleep(0.2)")
      }
    }
    for await _ in started {}
    let waiting = Task { try await pool.backend() }
    try await eventually("the request waits") { pool.statistics.waiting == 1 }
    async let first: Void = pool.close()
    async let second: Void = pool.close()
    #expect(try await code { _ = try await waiting.value } == .poolClosed)
    #expect(try await code { _ = try await pool.backend() } == .poolClosed)
    _ = await (first, second)
    try await long.value
    await pool.close()
    #expect(pool.statistics.size == 0 && pool.statistics.closed == 1)
    try await eventually("the server sees no connection") { try await observer.countOthers() == 0 }
    await observer.close()
    try await database.drop()
  }

  @Test("A pool that nobody refers to any longer closes its connections")
  func dropped() async throws {
    let database = try await testDatabase()
    let observer = try await AsyncConnection.connect(to: database.configuration)
    var pool: AsyncPool? = try AsyncPool(database.configuration)
    _ = try await pool?.backend()
    #expect(try await observer.countOthers() == 1)
    pool = nil
    try await eventually("the server sees no connection") { try await observer.countOthers() == 0 }
    await observer.close()
    try await database.drop()
  }

  @Test("Numbers that don't fit each other are refused with what to do")
  func badNumbers() throws {
    for (configuration, name) in [
      (PoolConfiguration(maximumSize: 0), "maximumSize"),
      (PoolConfiguration(minimumSize: 3, maximumSize: 2), "minimumSize"),
      (PoolConfiguration(waitTimeout: .seconds(-1)), "waitTimeout"),
      (PoolConfiguration(lifetimeJitter: 2), "lifetimeJitter"),
    ] {
      let error = #expect(throws: PostgresError.self) {
        _ = try AsyncPool(PostgresConfiguration(), configuration)
      }
      #expect(error?.code == .invalidConfiguration && error?.message.contains(name) == true)
    }
  }

  @Test("A connection that was made large by one message is replaced, any other is not")
  func large() async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(database.configuration, PoolConfiguration(maximumSize: 1))
    let bytes = [UInt8](repeating: 1, count: 20 << 20)
    let queries: [PostgresQuery] = [
      "SELECT length(\(bytes))", "SELECT repeat('x', 20000000)", "SELECT 1",
    ]
    for query in queries {
      let backend = try await pool.withConnection { connection in
        _ = try await connection.query(query)
        return connection.backendProcessID
      }
      let next = try await pool.backend()
      #expect((next == backend) == (query.sql == "SELECT 1"))
    }
    #expect(pool.statistics.broken == 0)
    await pool.close()
    try await database.drop()
  }
}
