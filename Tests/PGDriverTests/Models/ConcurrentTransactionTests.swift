import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

/// Tasks that use one connection at the same time: a transaction has the connection to itself until it ends.
@Suite("Transactions of several tasks on one connection", .paced, .timeLimit(.minutes(5)))
struct ConcurrentTransactionTests {
  private struct Stop: Error {}

  /// What a task was told of its rows.
  private struct Told: Sendable {
    var kept: [Int] = []
    var dropped: [Int] = []
    var faults: [String] = []
  }

  private func withTable(
    _ backend: EventLoop.Backend, _ body: (AsyncConnection, _ observer: AsyncConnection) async throws -> Void
  ) async throws {
    let database = try await testDatabase()
    let observer = try await AsyncConnection.connect(to: database.configuration)
    try await observer.execute("CREATE TABLE t (n int8)")
    let connection = try await AsyncConnection.connect(
      to: database.configuration, on: TestDriver.async(backend).loop)
    try await body(connection, observer)
    await connection.close()
    await observer.close()
    try await database.drop()
  }

  @Test("come one after the other, and each keeps its own", arguments: EventLoop.Backend.allCases)
  func two(backend: EventLoop.Backend) async throws {
    try await withTable(backend) { connection, observer in
      // The first is in the midst of its body when the second begins.
      let isBegun = Recorder<Void>()
      let first = Task {
        try await connection.transaction { connection in
          _ = try await connection.query("INSERT INTO t VALUES (1)")
          isBegun.note(())
          try await Task.sleep(for: .milliseconds(100))
          _ = try await connection.query("INSERT INTO t VALUES (2)")
          throw Stop()
        }
      }
      try #require(await eventually { !isBegun.elements.isEmpty })
      let second = Task {
        try await connection.transaction { _ = try await $0.query("INSERT INTO t VALUES (3)") }
      }
      let query = Task { _ = try await connection.query("INSERT INTO t VALUES (4)") }
      await #expect(throws: Stop.self) { try await first.value }
      try await second.value
      try await query.value
      #expect(try await observer.query("SELECT n FROM t ORDER BY n").numbers() == [3, 4])
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test(
    "end each as they were told, whatever the others do; many of them", arguments: EventLoop.Backend.allCases)
  func many(backend: EventLoop.Backend) async throws {
    let seed = UInt64.random(in: 0 ... .max)
    try await withTable(backend) { connection, observer in
      let told = await withTaskGroup(of: Told.self) { group in
        for task in 0..<8 {
          group.addTask {
            var generator = SeededGenerator(seed: seed &+ UInt64(task))
            var told = Told()
            for round in 0..<40 {
              let numbers = [task * 10_000 + round * 10, task * 10_000 + round * 10 + 1]
              await run(numbers, generator.number(below: 6), on: connection, &told)
            }
            return told
          }
        }
        return await group.reduce(into: Told()) {
          $0.kept += $1.kept
          $0.dropped += $1.dropped
          $0.faults += $1.faults
        }
      }
      let isClean = told.faults.isEmpty
      #expect(isClean, "seed \(seed): \(told.faults.count) faults, such as \(told.faults.prefix(5))")
      let rows = Set(try await observer.query("SELECT n FROM t").numbers())
      let missing = Set(told.kept).subtracting(rows)
      let extra = rows.subtracting(told.kept)
      #expect(missing.isEmpty && extra.isEmpty, "seed \(seed)")
      #expect(connection.transactionStatus == .idle)
    }
  }

  /// Inserts rows in one of several ways, and notes what it was told of them.
  private func run(_ numbers: [Int], _ kind: Int, on connection: AsyncConnection, _ told: inout Told) async {
    do {
      switch kind {
      case 0:
        _ = try await connection.query("INSERT INTO t SELECT unnest(\(numbers))")
      case 1:
        try await connection.executeMany("INSERT INTO t VALUES ($1)", numbers.map { [$0] })
      case 2:
        try await isolated(numbers, on: connection, nested: false, throwing: nil)
      case 3:
        try await isolated(numbers, on: connection, nested: true, throwing: nil)
      case 4:
        try await isolated(numbers, on: connection, nested: false, throwing: Stop())
      default:
        let task = Task { try await isolated(numbers, on: connection, nested: true, throwing: nil) }
        try? await Task.sleep(for: .microseconds(numbers[0] % 700))
        task.cancel()
        try await task.value
      }
      told.kept += numbers
    } catch {
      told.dropped += numbers
      let isCancelled = (error as? PostgresError)?.code == .cancelled
      if kind < 4 || !(error is Stop || isCancelled) { told.faults.append("\(kind): \(error)") }
    }
  }

  /// Inserts rows in a transaction in which nothing else is done meanwhile.
  private func isolated(
    _ numbers: [Int], on connection: AsyncConnection, nested: Bool, throwing stop: Stop?
  ) async throws {
    try await connection.transaction { connection in
      let before = try await connection.query("SELECT txid_current()").numbers()
      _ = try await connection.query("INSERT INTO t VALUES (\(numbers[0]))")
      await Task.yield()
      if nested {
        try await connection.transaction { _ = try await $0.query("INSERT INTO t VALUES (\(numbers[1]))") }
      } else {
        _ = try await connection.query("INSERT INTO t VALUES (\(numbers[1]))")
      }
      let after = try await connection.query("SELECT txid_current()").numbers()
      let ownRows = try await connection.query(
        "SELECT count(*) FROM t WHERE xmin::text = txid_current()::text"
      ).numbers()
      // The rows of a savepoint have a transaction number of their own.
      guard before == after, ownRows == [nested ? 1 : 2] else {
        throw PostgresError(.misuse, "not alone: \(before), \(after), \(ownRows) rows")
      }
      if let stop { throw stop }
    }
  }
}
