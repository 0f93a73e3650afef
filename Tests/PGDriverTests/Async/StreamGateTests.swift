import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("StreamGate", .timeLimit(.minutes(5)))
struct StreamGateTests {
  private func code(_ body: () throws(PostgresError) -> Void) -> PostgresError.Code? {
    do {
      try body()
      return nil
    } catch {
      return error.code
    }
  }

  @Test("One use at a time, one after the other")
  func uses() throws {
    let gate = StreamGate()
    try gate.enter()
    #expect(code(gate.enter) == .misuse)
    gate.leave()
    #expect(code(gate.enter) == nil)
  }

  @Test("Once closed there is none, however often it is closed")
  func closed() async throws {
    let gate = StreamGate()
    await gate.close()
    await gate.close()
    let error = #expect(throws: PostgresError.self) { try gate.enter() }
    #expect(try #require(error).message.contains("after the body that it was given to has ended"))
  }

  @Test("Closing waits for the use that there is, and lets no other begin")
  func waits() async throws {
    let gate = StreamGate()
    try gate.enter()
    let isClosed = Lock(false)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await gate.close()
        isClosed.withLock { $0 = true }
      }
      for _ in 0..<20 { await Task.yield() }
      #expect(!isClosed.withLock(\.self) && code(gate.enter) == .misuse)
      gate.leave()
      await group.waitForAll()
    }
    #expect(isClosed.withLock(\.self) && code(gate.enter) == .misuse)
  }

  @Test("Closed while many come and go, it ends, and after it none comes")
  func races() async throws {
    for _ in 0..<200 {
      let gate = StreamGate()
      let uses = Lock((inside: 0, most: 0))
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<50 where (try? gate.enter()) != nil {
              uses.withLock {
                $0.inside += 1
                $0.most = max($0.most, $0.inside)
              }
              await Task.yield()
              uses.withLock { $0.inside -= 1 }
              gate.leave()
            }
          }
        }
        await gate.close()
        #expect(uses.withLock(\.inside) == 0)
        await group.waitForAll()
      }
      #expect(uses.withLock(\.most) <= 1)
    }
  }
}

/// Streams, readers and writers that are used by several tasks: one at a time may.
@Suite("Shared streams", .paced, .timeLimit(.minutes(5)))
struct SharedStreamTests {
  @Test(
    "Of two tasks that take rows at once, one is told, and the other has its row",
    arguments: EventLoop.Backend.allCases)
  func rows(backend: EventLoop.Backend) async throws {
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      let outcomes = try await connection.withRows(of: "SELECT pg_sleep(0.3)::text") { rows in
        await withTaskGroup(of: Result<Bool, any Error>.self) { group in
          for _ in 0..<2 {
            group.addTask {
              var own = rows.makeAsyncIterator()
              do {
                return .success(try await own.next() != nil)
              } catch {
                return .failure(error)
              }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
      }
      #expect(outcomes.count { (try? $0.get()) == true } == 1, "\(outcomes)")
      #expect(outcomes.count { isMisuse($0) } == 1, "\(outcomes)")
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test(
    "Tasks that write at once store whole pieces, or are told that they didn't",
    arguments: EventLoop.Backend.allCases)
  func writers(backend: EventLoop.Backend) async throws {
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let written = Lock(0)
      let stored = try await connection.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<4 {
            group.addTask {
              for number in 0..<20_000 {
                do throws(PostgresError) {
                  try await writer.append(Int32(number))
                  written.withLock { $0 += 1 }
                } catch {
                  if error.code != .misuse { Issue.record(error) }
                }
              }
            }
          }
        }
      }
      #expect(stored == written.withLock(\.self))
      #expect(try await connection.value("SELECT count(*) FROM t") == Int64(stored))
    }
  }

  @Test(
    "The end of the body waits for a task that is still taking rows",
    arguments: EventLoop.Backend.allCases)
  func straggler(backend: EventLoop.Backend) async throws {
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      let task = try await connection.withRows(of: "SELECT pg_sleep(0.5)::text") { rows in
        let hasBegun = Lock(false)
        let task = Task {
          var iterator = rows.makeAsyncIterator()
          hasBegun.withLock { $0 = true }
          return try await iterator.next() != nil
        }
        while !hasBegun.withLock(\.self) { try await Task.sleep(for: .milliseconds(1)) }
        // Until it is in the middle of it.
        var other = rows.makeAsyncIterator()
        while true {
          do throws(PostgresError) {
            _ = try await other.next()
          } catch {
            guard error.message.contains("Another task") else {
              try await Task.sleep(for: .milliseconds(1))
              continue
            }
            return task
          }
        }
      }
      #expect(try await task.value)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test(
    "A second iterator doesn't go on without the rows that the first has taken: it throws",
    arguments: EventLoop.Backend.allCases)
  func iterators(backend: EventLoop.Backend) async throws {
    try await TestDriver.async(backend).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      let sum = try await connection.withRows(of: "SELECT generate_series(1, 100)") { rows in
        var first = rows.makeAsyncIterator()
        var sum = try #require(try await first.next()).decode(Int32.self)
        let error = try await errorOf { for try await _ in rows {} }
        #expect(error.code == .misuse && error.message.contains("has an iterator already"))
        while let row = try await first.next() { sum += try row.decode(Int32.self) }
        return sum
      }
      #expect(sum == 5050)
    }
  }

  private func isMisuse(_ outcome: Result<Bool, any Error>) -> Bool {
    if case .failure(let error as PostgresError) = outcome { error.code == .misuse } else { false }
  }
}
