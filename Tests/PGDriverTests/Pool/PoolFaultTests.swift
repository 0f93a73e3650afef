import PGServer
import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("Asynchronous pool under faults", .paced)
struct PoolFaultTests {
  @Test("A backend killed while idle costs nobody an error, one killed in use costs its user one")
  func killedBackends() async throws {
    let database = try await testDatabase()
    let observer = try await AsyncConnection.connect(to: database.configuration)
    let pool = try AsyncPool(
      database.configuration,
      PoolConfiguration(minimumSize: 4, maximumSize: 4, healthCheck: .afterIdle(.zero)))
    try await eventually("the minimum is there") { pool.statistics.idle == 4 }
    try await observer.terminateOthers()
    for _ in 0..<8 { _ = try await pool.backend() }
    try await eventually("all are replaced") { pool.statistics.broken == 4 && pool.statistics.idle == 4 }

    let failure = try await code {
      try await pool.withConnection {
        try await observer.terminateOthers()
        try await $0.execute("SELECT 1")
      }
    }
    #expect(failure == .connectionLost)
    for _ in 0..<8 { _ = try await pool.backend() }
    try await eventually("all are replaced") { pool.statistics.broken == 8 && pool.statistics.idle == 4 }
    await pool.close()
    await observer.close()
    try await database.drop()
  }

  @Test("No server, no connection: requests fail with libpq's reason once patience is over")
  func noServer() async throws {
    let pool = try AsyncPool(
      PostgresConfiguration(host: "/nonexistent", user: "nobody", database: "nothing"),
      PoolConfiguration(maximumSize: 4, reconnectTimeout: .milliseconds(200)))
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          let error = await #expect(throws: PostgresError.self) { _ = try await pool.backend() }
          #expect(error?.code == .connectionFailed && error?.message.contains("/nonexistent") == true)
        }
      }
    }
    #expect(pool.statistics.connectFailures > 1 && pool.statistics.waiting == 0)
    await pool.close()
  }

  @Test("A server that crashes and goes away under a busy pool: all get an answer, the pool comes back")
  func restart() async throws {
    let server = try await ThrowawayServer.start(settings: ["restart_after_crash": "on"])
    let configuration = try await server.database(for: .empty).configuration
    let pool = try AsyncPool(configuration, PoolConfiguration(minimumSize: 8, maximumSize: 8))
    let isOver = Lock(false)
    let outcomes = try await withThrowingTaskGroup(of: (answers: Int, errors: Int).self) { group in
      defer { isOver.withLock { $0 = true } }
      for _ in 0..<24 {
        group.addTask {
          var (answers, errors) = (0, 0)
          while !isOver.withLock(\.self) {
            do {
              try await pool.withConnection { _ = try await $0.query("SELECT pg_sleep(0.001)") }
              answers += 1
            } catch let error as PostgresError {
              #expect(error.code == .connectionLost, "\(error)")
              errors += 1
            }
          }
          return (answers, errors)
        }
      }
      try await Task.sleep(for: .milliseconds(300))
      try breakOff(try await pool.backend(), of: configuration, for: .seconds(1))
      // By what has happened, not by the clock: on a busy machine all tasks were over before the server crashed.
      let isBack = await eventually { pool.statistics.connectFailures > 0 && pool.statistics.size == 8 }
      #expect(isBack)
      isOver.withLock { $0 = true }
      return try await group.reduce(into: (0, 0)) { $0 = ($0.0 + $1.answers, $0.1 + $1.errors) }
    }
    #expect((1...8).contains(outcomes.1), "each connection in use costs one error: \(outcomes.1)")
    #expect(outcomes.0 > 24)
    try await eventually("the pool has its full size") { pool.statistics.idle == 8 }
    #expect(pool.statistics.connectFailures > 0)
    try await withThrowingTaskGroup { group in
      for _ in 0..<64 { group.addTask { _ = try await pool.backend() } }
      try await group.waitForAll()
    }
    await pool.close()
    await server.stop()
  }

  @Test("A server that stops answering blocks nobody for longer than the limits")
  func silentServer() async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(
      database.configuration,
      PoolConfiguration(
        maximumSize: 1, waitTimeout: .seconds(60), healthCheck: .afterIdle(.zero),
        upkeepTimeout: .seconds(1)))
    let backend = try await pool.backend()
    try #require(kill(backend, SIGSTOP) == 0)
    let successor = try await pool.backend()
    kill(backend, SIGCONT)
    #expect(successor != backend && pool.statistics.broken == 1)
    await pool.close()
    try await database.drop()
  }

  @Test("A thousand tasks cancelled at random moments: none hangs, and the pool is whole afterwards")
  func cancelledTasks() async throws {
    let database = try await testDatabase()
    let pool = try AsyncPool(database.configuration, PoolConfiguration(maximumSize: 5))
    var tasks: [Task<Void, any Error>] = []
    for _ in 0..<1000 {
      tasks.append(
        Task {
          try await pool.withConnection { _ = try await $0.query("SELECT pg_sleep(0.0005)") }
        })
    }
    for task in tasks.shuffled() {
      try await Task.sleep(for: .microseconds(Int.random(in: 0...200)))
      task.cancel()
    }
    var (served, cancelled) = (0, 0)
    for task in tasks {
      switch await task.result {
      case .success: served += 1
      case .failure: cancelled += 1
      }
    }
    #expect(served + cancelled == 1000 && cancelled > 0 && served > 0)
    try await eventually("nothing is out") { pool.statistics.leased == 0 && pool.statistics.waiting == 0 }
    let statistics = pool.statistics
    #expect(statistics.cancellations <= cancelled && statistics.leases + statistics.cancellations <= 1000)
    try await withThrowingTaskGroup { group in
      for _ in 0..<50 { group.addTask { _ = try await pool.backend() } }
      try await group.waitForAll()
    }
    await pool.close()
    try await database.drop()
  }

  /// Crashes the server, whose other backends end with it, and lets nobody in for a while.
  private func breakOff(_ backend: Int32, of server: PostgresConfiguration, for time: Duration) throws {
    let socket = "\(try #require(server.host))/.s.PGSQL.\(try #require(server.port))"
    try #require(rename(socket, socket + ".away") == 0)
    try #require(kill(backend, SIGKILL) == 0)
    Task.detached {
      try await Task.sleep(for: time)
      rename(socket + ".away", socket)
    }
  }
}
