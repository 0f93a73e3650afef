import PGDriver
import PGServer
import PGTestSupport
import Testing

/// Each call that a task can be cancelled in, cancelled at random moments of each of its phases.
///
/// It ends soon, says `cancelled` or gives its own result, and leaves the connection usable.
@Suite("A call that is cancelled at a random moment", .paced, .timeLimit(.minutes(60)))
struct CancellationStormTests {
  private func withTable(
    _ backend: EventLoop.Backend, _ body: (AsyncConnection) async throws -> Void
  ) async throws {
    let database = try await testDatabase()
    let connection = try await AsyncConnection.connect(
      to: database.configuration, on: TestDriver.async(backend).loop)
    try await connection.execute("CREATE TABLE t (n int8)")
    try await body(connection)
    await connection.close()
    try await database.drop()
  }

  @Test(
    "while it runs ends soon, and leaves the connection usable", arguments: EventLoop.Backend.allCases,
    StormCall.all)
  func running(backend: EventLoop.Backend, call: StormCall) async throws {
    try await withTable(backend) { connection in
      var tally = StormTally("\(call.name), \(backend)")
      var delay = StormDelay()
      let start = ContinuousClock.now
      if !call.isEndless {
        try await call.make(connection, 0)
        try await connection.execute("TRUNCATE t")
      }
      let longest = call.isEndless ? .milliseconds(10) : (ContinuousClock.now - start) * 1.2
      for round in 1...StormTally.rounds {
        let task = Task { try await call.make(connection, round) }
        try await Task.sleep(for: delay.upTo(longest))
        let moment = ContinuousClock.now
        task.cancel()
        let result = await task.result
        let time = ContinuousClock.now - moment
        try #require(time < StormTally.limit, "round \(round)")
        let isCancelled = try Self.isCancelled(result)
        try #require(isCancelled || !call.isEndless, "round \(round)")
        tally.note(time, isCancelled: isCancelled)
        try await Self.requireUsable(connection, round)
        try await Self.requireStored(call.storage, isCancelled: isCancelled, connection, round)
      }
      tally.report()
    }
  }

  @Test(
    "while it waits for another's turn ends before that", arguments: EventLoop.Backend.allCases,
    StormCall.waiting)
  func waiting(backend: EventLoop.Backend, call: StormCall) async throws {
    try await withTable(backend) { connection in
      var tally = StormTally("\(call.name) in the queue, \(backend)")
      var delay = StormDelay()
      for round in 1...StormTally.rounds {
        let isOver = Recorder<Void>()
        let holder = Task {
          defer { isOver.note(()) }
          _ = try await connection.query("SELECT pg_sleep(3)")
        }
        while connection.transactionStatus != .active, isOver.elements.isEmpty { await Task.yield() }
        let task = Task { try await call.make(connection, round) }
        try await Task.sleep(for: delay.upTo(.milliseconds(2)))
        let moment = ContinuousClock.now
        task.cancel()
        let result = await task.result
        try #require(isOver.elements.isEmpty, "round \(round): it waited for the other's end")
        try #require(try Self.isCancelled(result), "round \(round)")
        tally.note(ContinuousClock.now - moment, isCancelled: true)
        holder.cancel()
        _ = await holder.result
        try await Self.requireUsable(connection, round)
        try await Self.requireStored(.rows(0), isCancelled: true, connection, round)
      }
      tally.report()
    }
  }

  @Test("that reads notifications ends, and others are still received", arguments: EventLoop.Backend.allCases)
  func notifications(backend: EventLoop.Backend) async throws {
    try await withTable(backend) { connection in
      var tally = StormTally("notifications, \(backend)")
      var delay = StormDelay()
      for round in 1...StormTally.rounds {
        let received = Recorder<String>()
        let task = Task {
          for try await notification in try await connection.notifications(on: "storm") {
            received.note(notification.payload)
          }
        }
        try await Task.sleep(for: delay.upTo(.milliseconds(3)))
        if round % 2 == 0 { _ = try await connection.query("SELECT pg_notify('storm', 'one')") }
        let moment = ContinuousClock.now
        task.cancel()
        let result = await task.result
        let time = ContinuousClock.now - moment
        try #require(time < StormTally.limit, "round \(round)")
        // A stream that is cancelled ends without an error.
        _ = try Self.isCancelled(result)
        tally.note(time, isCancelled: true)
        #expect(received.elements.count <= 1)
        try await Self.requireUsable(connection, round)
      }
      tally.report()
    }
  }

  @Test("is `close`, which closes the connection nevertheless", arguments: EventLoop.Backend.allCases)
  func closing(backend: EventLoop.Backend) async throws {
    let name = "pgdriver storm of close \(UInt32.random(in: .min ... .max))"
    let configuration = try await SharedDatabase.configuration(applicationName: name)
    var tally = StormTally("close, \(backend)")
    var delay = StormDelay()
    for round in 1...StormTally.rounds {
      let connection = try await AsyncConnection.connect(
        to: configuration, on: TestDriver.async(backend).loop)
      // The server notices the end of the connection when it wants to send the result.
      let user = Task { _ = try await connection.query("SELECT pg_sleep(2)") }
      try await Task.sleep(for: delay.upTo(.milliseconds(2)))
      let task = Task { await connection.close() }
      try await Task.sleep(for: delay.upTo(.microseconds(200)))
      let moment = ContinuousClock.now
      task.cancel()
      await task.value
      let time = ContinuousClock.now - moment
      try #require(time < StormTally.limit, "round \(round)")
      tally.note(time, isCancelled: true)
      #expect(try await errorOf { try await user.value }.code == .connectionClosed)
      #expect(connection.isClosed)
    }
    #expect(try await eventually { try await SharedDatabase.backends(applicationName: name) == 0 })
    tally.report()
  }

  // MARK: What has to be so

  /// Whether a call was cancelled; one that wasn't must have its own result.
  static func isCancelled(_ result: Result<Void, any Error>) throws -> Bool {
    do {
      try result.get()
      return false
    } catch let error as PostgresError where error.code == .cancelled {
      return true
    } catch is CancellationError {
      // It is the body's own: that of a sleep.
      return true
    }
  }

  static func requireUsable(_ connection: AsyncConnection, _ round: Int) async throws {
    try #require(!connection.isClosed, "round \(round)")
    // Once an UNLISTEN has ended, by which a connection ends a stream that is not wanted any more.
    let isIdle = await eventually { connection.transactionStatus == .idle }
    try #require(isIdle, "round \(round)")
    try #require(try await connection.query("SELECT \(round)").numbers() == [round])
  }

  private static func requireStored(
    _ storage: StormCall.Storage, isCancelled: Bool, _ connection: AsyncConnection, _ round: Int
  ) async throws {
    let expected: [Int]
    switch storage {
    case .nothing: return
    case .rows(let count): expected = isCancelled ? [0] : [count]
    case .stream(let count): expected = isCancelled ? [0, count] : [count]
    }
    let counts = try await connection.query("SELECT count(*), count(*) FILTER (WHERE n = \(round)) FROM t")
    let (all, own) = try counts[0].decode((Int, Int).self)
    try #require(expected.contains(all) && all == own, "round \(round): \(all) rows, \(own) its own")
    if all > 0 { try await connection.execute("TRUNCATE t") }
  }
}
