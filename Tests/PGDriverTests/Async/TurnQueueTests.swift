import PGDriver
import PGTestSupport
import Testing

/// Tasks that share an asynchronous connection.
@Suite("Tasks on one connection", .paced, .timeLimit(.minutes(5)))
struct TurnTests {
  struct Stop: Error {}

  private func withConnection(_ body: (AsyncConnection) async throws -> Void) async throws {
    for backend in EventLoop.Backend.allCases {
      try await TestDriver.async(backend).withConnection {
        try await body(try #require($0 as? AsyncConnection))
      }
    }
  }

  @Test("have their transactions one after the other")
  func transactions() async throws {
    try await withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let (started, start) = AsyncStream<Void>.makeStream()
      let failing = Task {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (1)")
          start.finish()
          try await Task.sleep(for: .milliseconds(50))
          throw Stop()
        }
      }
      for await _ in started {}
      let lasting = Task {
        try await connection.transaction { _ = try await $0.query("INSERT INTO t VALUES (2)") }
      }
      await #expect(throws: Stop.self) { try await failing.value }
      try await lasting.value
      #expect(try await connection.value("SELECT sum(n) FROM t") == 2)
    }
  }

  @Test("run no statement in another's transaction")
  func statements() async throws {
    try await withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let (started, start) = AsyncStream<Void>.makeStream()
      let failing = Task {
        try await connection.transaction { connection in
          start.finish()
          try await Task.sleep(for: .milliseconds(50))
          throw Stop()
        }
      }
      for await _ in started {}
      _ = try await connection.query("INSERT INTO t VALUES (1)")
      await #expect(throws: Stop.self) { try await failing.value }
      #expect(try await connection.value("SELECT count(*) FROM t") == 1)
    }
  }

  @Test("that are children of a transaction's body are part of it, and their scopes don't interleave")
  func children() async throws {
    try await withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      try await connection.transaction { connection in
        await withTaskGroup(of: Void.self) { group in
          for n in 1...20 {
            group.addTask {
              try? await connection.transaction { connection in
                _ = try await connection.query("INSERT INTO t VALUES (\(n))")
                await Task.yield()
                _ = try await connection.query("INSERT INTO t VALUES (\(n))")
                if n % 2 == 0 { throw Stop() }
              }
            }
            group.addTask { _ = try? await connection.query("SELECT 1") }
          }
        }
      }
      #expect(try await connection.value("SELECT sum(n) FROM t") == 200)
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test("and cancelled while they wait, leave the queue at once")
  func cancelledWaiting() async throws {
    try await withConnection { connection in
      let sleeping = Task { try await connection.query("SELECT pg_sleep(60)") }
      try await SharedDatabase.untilAsleep(connection.backendProcessID)
      for call in 0..<3 {
        let waiting = Task {
          switch call {
          case 0: _ = try await connection.query("SELECT 1")
          case 1: try await connection.transaction { _ in }
          default: try await connection.withRows(of: "SELECT 1") { _ in }
          }
        }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        #expect(try await inBoundedTime { try await errorOf { try await waiting.value } }.code == .cancelled)
      }
      sleeping.cancel()
      #expect(try await errorOf { try await sleeping.value }.code == .cancelled)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("may outlive the scope that they were made in")
  func outliving() async throws {
    try await withConnection { connection in
      let late = try await connection.withRows(of: "SELECT 1") { _ in
        Task {
          try await Task.sleep(for: .milliseconds(20))
          return try await connection.query("SELECT 2")
        }
      }
      async let busy = connection.query("SELECT pg_sleep(0.1)")
      #expect(try await late.value.count == 1)
      _ = try await busy
      let inTransaction = try await connection.transaction { connection in
        Task {
          try await Task.sleep(for: .milliseconds(20))
          return try await connection.query("SELECT 3")
        }
      }
      #expect(try await inTransaction.value.count == 1)
    }
  }

  @Test("in their thousands take their turns in order, and in linear time")
  func thousands() async throws {
    try await withConnection { connection in
      let recorder = Recorder<Int>()
      let first = Task { try await connection.query("SELECT pg_sleep(2)") }
      try await SharedDatabase.untilAsleep(connection.backendProcessID)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for n in 0..<5000 {
          group.addTask {
            _ = try await connection.query("SELECT 1")
            recorder.note(n)
          }
        }
        try await group.waitForAll()
      }
      _ = try await first.value
      #expect(Set(recorder.elements).count == 5000)
    }
  }

  @Test("close it for all, also in the middle of another's transaction")
  func close() async throws {
    try await withConnection { connection in
      let (started, start) = AsyncStream<Void>.makeStream()
      let task = Task {
        try await connection.transaction { connection in
          _ = try await connection.query("SELECT 1")
          start.finish()
          while !connection.isClosed { await Task.yield() }
        }
      }
      for await _ in started {}
      await connection.close()
      let error = try await errorOf { try await task.value }
      #expect(error.code == .connectionClosed)
    }
  }
}
