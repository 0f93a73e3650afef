import PGDriver
import PGSystem
import PGTestSupport
import Testing

@Suite("An asynchronous connection", .paced, .timeLimit(.minutes(5)))
struct AsyncConnectionTests {
  private func withConnection<Answer>(
    on backend: EventLoop.Backend, _ body: (AsyncConnection) async throws -> Answer
  ) async throws -> Answer {
    let loop = try EventLoop(backend: backend)
    let connection = try await AsyncConnection.connect(to: SharedDatabase.configuration, on: loop)
    do {
      let answer = try await body(connection)
      await connection.close()
      loop.shutdown()
      return answer
    } catch {
      await connection.close()
      loop.shutdown()
      throw error
    }
  }

  /// Somebody else's actor that queries, on its own executor or on the loop.
  private actor Caller {
    let executor: EventLoop?
    private nonisolated let ownExecutor: UnownedSerialExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { ownExecutor }

    init(on loop: EventLoop) {
      executor = loop
      ownExecutor = loop.actorExecutor.asUnownedSerialExecutor()
    }

    func sum(_ connection: AsyncConnection) async throws -> Int {
      var sum = 0
      for i in 1...20 { sum += try await connection.value("SELECT \(i)", as: Int.self) }
      return sum
    }
  }

  @MainActor
  private func sumOnMainActor(_ connection: AsyncConnection) async throws -> Int {
    var sum = 0
    for i in 1...20 { sum += try await connection.query("SELECT \(i)")[0].decode(Int.self, at: 0) }
    MainActor.assertIsolated()
    return sum
  }

  @Test(
    "serves callers on the default executor, on the loop, on actors of either",
    arguments: EventLoop.Backend.allCases)
  func callers(backend: EventLoop.Backend) async throws {
    try await withConnection(on: backend) { connection in
      let plain = try await Task.detached {
        var sum = 0
        for i in 1...20 { sum += try await connection.query("SELECT \(i)")[0].decode(Int.self, at: 0) }
        return (sum, connection.loop.isCurrent)
      }.value
      #expect(plain == (210, false))
      let onLoop = try await withTaskExecutorPreference(connection.loop) {
        var sum = 0
        for i in 1...20 { sum += try await connection.query("SELECT \(i)")[0].decode(Int.self, at: 0) }
        return (sum, connection.loop.isCurrent)
      }
      #expect(onLoop == (210, true))
      #expect(try await Caller(on: connection.loop).sum(connection) == 210)
      let otherLoop = try EventLoop(backend: backend)
      #expect(try await Caller(on: otherLoop).sum(connection) == 210)
      otherLoop.shutdown()
      #expect(try await sumOnMainActor(connection) == 210)
    }
  }

  @Test("lives on the common loop unless it is given another")
  func commonLoop() async throws {
    let connection = try await AsyncConnection.connect(to: SharedDatabase.configuration)
    #expect(try connection.loop === EventLoop.common())
    await connection.close()
  }

  @Test("gives queries made at once their turns in order", arguments: EventLoop.Backend.allCases)
  func turns(backend: EventLoop.Backend) async throws {
    try await withConnection(on: backend) { connection in
      let order = Recorder<Int>()
      try await connection.execute("CREATE TEMPORARY TABLE turns (turn serial, n int8)")
      try await withThrowingTaskGroup { group in
        // Tasks that prefer the loop begin in the order in which they are made.
        for i in 0..<200 {
          group.addTask(executorPreference: connection.loop) {
            let rows = try await connection.query("INSERT INTO turns (n) VALUES (\(i)) RETURNING n")
            let n = try rows[0].decode(Int.self, at: 0)
            order.note(n)
          }
        }
        try await group.waitForAll()
      }
      #expect(order.elements == Array(0..<200))
      let rows = try await connection.query("SELECT n FROM turns ORDER BY turn")
      #expect(try rows.map { try $0.decode(Int.self, at: 0) } == Array(0..<200))
    }
  }

  @Test("gives the next query its turn after one that failed", arguments: EventLoop.Backend.allCases)
  func turnAfterFailure(backend: EventLoop.Backend) async throws {
    try await withConnection(on: backend) { connection in
      let answers: [Int: Int?] = await withTaskGroup { group in
        for i in 0..<100 {
          group.addTask {
            (i, try? await connection.query("SELECT 100 / \(i % 2)")[0].decode(Int.self, at: 0))
          }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = .some($1.1) }
      }
      #expect(answers.count == 100)
      for (i, answer) in answers { #expect(answer == (i % 2 == 1 ? 100 : nil)) }
    }
  }

  @Test("waits at the same time as others on its loop", arguments: EventLoop.Backend.allCases)
  func overlap(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let configuration = try await SharedDatabase.configuration
    var connections: [AsyncConnection] = []
    for _ in 1...10 { connections.append(try await AsyncConnection.connect(to: configuration, on: loop)) }
    try await SharedDatabase.atOnce(connections.count) { [connections] lock in
      try await withThrowingTaskGroup { group in
        for connection in connections {
          group.addTask { _ = try await connection.query("SELECT pg_advisory_lock_shared(\(lock))") }
        }
        try await group.waitForAll()
      }
    }
    for connection in connections { await connection.close() }
    loop.shutdown()
  }

  @Test("connects many times at once on one loop", arguments: EventLoop.Backend.allCases)
  func connectsAtOnce(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let configuration = try await SharedDatabase.configuration
    let sum = try await withThrowingTaskGroup { group in
      for i in 1...30 {
        group.addTask {
          let connection = try await AsyncConnection.connect(to: configuration, on: loop)
          let answer = try await connection.query("SELECT \(i)")[0].decode(Int.self, at: 0)
          await connection.close()
          return answer
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 465)
    loop.shutdown()
  }

  @Test(
    "that is closed in the middle of a query ends it, and those that wait for their turns",
    arguments: EventLoop.Backend.allCases)
  func closedInQuery(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let configuration = try await SharedDatabase.configuration
    // From before the first query is sent to when the server sleeps.
    for delay in [0, 50, 100, 200, 400, 800, 1600, 3200, 100_000] {
      for _ in 1...(delay < 1000 ? 10 : 2) {
        let connection = try await AsyncConnection.connect(to: configuration, on: loop)
        let ended = Recorder<PostgresError.Code>()
        for _ in 1...3 {
          Task.detached {
            do throws(PostgresError) {
              _ = try await connection.query("SELECT pg_sleep(60)")
            } catch {
              ended.note(error.code)
            }
          }
        }
        try await Task.sleep(for: .microseconds(delay))
        await connection.close()
        try #require(await eventually { ended.elements.count == 3 }, "\(ended.elements.count) of 3 ended")
        #expect(ended.elements == [.connectionClosed, .connectionClosed, .connectionClosed])
      }
    }
    loop.shutdown()
  }

  @Test("loses nobody's turn, whatever executors the callers are on", arguments: EventLoop.Backend.allCases)
  func manyTurns(backend: EventLoop.Backend) async throws {
    try await withConnection(on: backend) { connection in
      let threads = try BlockingExecutor(threads: 2)
      let executors: [(any TaskExecutor)?] = [nil, nil, threads, threads, connection.loop]
      let sum = try await withThrowingTaskGroup { group in
        for executor in executors {
          group.addTask(executorPreference: executor) {
            var sum = 0
            for i in 1...500 { sum += try await connection.query("SELECT \(i)")[0].decode(Int.self, at: 0) }
            return sum
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(sum == executors.count * 125_250)
      threads.shutdown()
    }
  }

  @Test(
    "says why the server ended it, though the reason came with the answer to the last query",
    arguments: EventLoop.Backend.allCases)
  func reasonOfIdleEnd(backend: EventLoop.Backend) async throws {
    try await withConnection(on: backend) { connection in
      // Since PostgreSQL 14.
      guard connection.serverVersion >= 140_000 else { return }
      let error = try await withTaskExecutorPreference(connection.loop) {
        async let last: Void = connection.execute("SET idle_session_timeout = '1ms'")
        // The statement is sent, and the loop then kept until the reply and the reason for the end are there
        // to be read at once.
        for _ in 1...20 { await Task.yield() }
        usleep(300_000)
        try await last
        return try await errorOf { try await connection.query("SELECT 1") }
      }
      #expect(error.code == .connectionLost)
      #expect(error.sqlState == SQLState(rawValue: "57P05"))
      #expect(error.message.contains("idle-session timeout"))
    }
  }

  @Test("runs transactions from a task on the loop", arguments: EventLoop.Backend.allCases)
  func transaction(backend: EventLoop.Backend) async throws {
    try await withConnection(on: backend) { connection in
      let answer = try await withTaskExecutorPreference(connection.loop) {
        try await connection.transaction { connection in
          try await connection.query("SELECT 7")[0].decode(Int32.self, at: 0)
        }
      }
      #expect(answer == 7)
    }
  }
}
