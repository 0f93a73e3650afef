import PGServer
import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("Blocking pool", .paced)
struct SyncPoolTests {
  @Test("Many threads share few connections, and everybody gets his own rows")
  func sharing() async throws {
    let database = try await testDatabase()
    let pool = try SyncPool(database.configuration, PoolConfiguration(maximumSize: 3))
    let backends = try await withThrowingTaskGroup(of: Set<Int32>.self) { group in
      for thread in Int64(0)..<16 {
        group.addTask {
          try await onThread {
            var backends: Set<Int32> = []
            for turn in Int64(0)..<50 {
              try pool.withConnection { connection in
                let rows = try connection.query("SELECT \(thread * 1000 + turn)")
                #expect(try #require(rows.first).decode(Int64.self) == thread * 1000 + turn)
                backends.insert(connection.backendProcessID)
              }
            }
            return backends
          }
        }
      }
      return try await group.reduce(into: Set()) { $0.formUnion($1) }
    }
    let statistics = pool.statistics
    #expect((1...3).contains(backends.count) && backends.count == statistics.opened)
    #expect(statistics.leases == 800 && statistics.leased == 0 && statistics.waiting == 0)
    try await onThread { pool.close() }
    try await database.drop()
  }

  @Test("Threads that wait are served in the order in which they came")
  func order() async throws {
    let database = try await testDatabase()
    let pool = try SyncPool(database.configuration, PoolConfiguration(maximumSize: 1))
    let log = Condition<[Int]>([])
    let gate = Condition(false)
    try await withThrowingTaskGroup { group in
      group.addTask { try await onThread { try pool.withConnection { _ in gate.wait { $0 ? () : nil } } } }
      try await eventually("the connection is taken") { pool.statistics.leased == 1 }
      for number in 0..<20 {
        group.addTask {
          try await onThread { try pool.withConnection { _ in log.change { $0.append(number) } } }
        }
        try await eventually("the request waits") { pool.statistics.waiting == number + 1 }
      }
      gate.change { $0 = true }
      try await group.waitForAll()
    }
    #expect(log.change { $0 } == Array(0..<20))
    try await onThread { pool.close() }
    try await database.drop()
  }

  @Test("A thread that waits for too long gets an error, even if it blocks")
  func waitTimeout() async throws {
    let database = try await testDatabase()
    let pool = try SyncPool(
      database.configuration,
      PoolConfiguration(minimumSize: 1, maximumSize: 1, waitTimeout: .milliseconds(50)))
    // A busy machine takes longer than that to connect.
    try await eventually("the connection is open") { pool.statistics.idle == 1 }
    let code = try await onThread {
      try pool.withConnection { _ -> PostgresError.Code? in
        do { try pool.withConnection { _ in } } catch let error as PostgresError { return error.code }
        return nil
      }
    }
    #expect(code == .poolTimedOut)
    #expect(pool.statistics.timeouts == 1)
    try await onThread { pool.close() }
    try await database.drop()
  }

  @Test("An open transaction is rolled back, an error of the body passed on")
  func reset() async throws {
    struct Failure: Error {}
    let database = try await testDatabase()
    let pool = try SyncPool(database.configuration, PoolConfiguration(maximumSize: 1))
    try await onThread {
      #expect(throws: Failure.self) {
        try pool.withConnection {
          try $0.execute("BEGIN")
          throw Failure()
        }
      }
      try pool.withConnection { #expect($0.transactionStatus == .idle) }
    }
    #expect(pool.statistics.opened == 1)
    try await onThread { pool.close() }
    try await database.drop()
  }

  @Test("The minimum is opened in the background, and a broken connection costs one caller one error")
  func brokenConnections() async throws {
    let database = try await testDatabase()
    let pool = try SyncPool(database.configuration, PoolConfiguration(minimumSize: 3, maximumSize: 3))
    try await eventually("the minimum is there") { pool.statistics.idle == 3 }
    try await onThread {
      #expect(throws: PostgresError.self) {
        try pool.withConnection {
          try SyncConnection.connect(to: database.configuration).terminateOthersBlocking()
          try $0.execute("SELECT 1")
        }
      }
      for _ in 0..<6 { try pool.withConnection { try $0.execute("SELECT 1") } }
    }
    try await eventually("all are replaced") {
      pool.statistics.broken == 3 && pool.statistics.idle == 3
    }
    try await onThread { pool.close() }
    try await database.drop()
  }

  @Test("A server that stops answering blocks nobody for longer than the limits")
  func silentServer() async throws {
    let database = try await testDatabase()
    let pool = try SyncPool(
      database.configuration,
      PoolConfiguration(
        maximumSize: 1, waitTimeout: .seconds(60), healthCheck: .afterIdle(.zero),
        upkeepTimeout: .seconds(1)))
    let backend = try await onThread { try pool.withConnection { $0.backendProcessID } }
    try #require(kill(backend, SIGSTOP) == 0)
    let successor = try await onThread { try pool.withConnection { $0.backendProcessID } }
    kill(backend, SIGCONT)
    #expect(successor != backend && pool.statistics.broken == 1)
    let observer = try await AsyncConnection.connect(to: database.configuration)
    try await eventually("the late one is closed") { try await observer.countOthers() == 1 }
    await observer.close()
    try await onThread { pool.close() }
    try await database.drop()
  }

  @Test("Closing waits for what is in use only as long as it may, and newcomers are refused")
  func closing() async throws {
    let database = try await testDatabase()
    let pool = try SyncPool(
      database.configuration, PoolConfiguration(maximumSize: 1, closeTimeout: .milliseconds(100)))
    let gate = Condition(false)
    let holder = Task {
      try await onThread {
        try pool.withConnection {
          gate.wait { $0 ? () : nil }
          try $0.execute("SELECT 1")
        }
      }
    }
    try await eventually("the connection is taken") { pool.statistics.leased == 1 }
    try await onThread { pool.close() }
    #expect(pool.statistics.leased == 1, "the one who is late keeps his connection")
    #expect(try await code { try await onThread { try pool.withConnection { _ in } } } == .poolClosed)
    gate.change { $0 = true }
    try await holder.value
    #expect(pool.statistics.size == 0 && pool.statistics.closed == 1)
    try await database.drop()
  }
}

extension SyncConnection {
  fileprivate func terminateOthersBlocking() throws {
    _ = try query(
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      """)
  }
}
