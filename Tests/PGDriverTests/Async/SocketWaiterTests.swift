import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("The waiter of a socket", .paced, .timeLimit(.minutes(5)))
struct SocketWaiterTests {
  /// libpq closes a socket by itself when a read fails, and the system gives its number to another.
  @Test(
    "that was closed already leaves another's of the same number watched",
    arguments: EventLoop.Backend.allCases)
  func reusedNumber(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let (late, current) = (SocketWaiter(on: loop), SocketWaiter(on: loop))
    func suspend(_ waiter: SocketWaiter, until deadline: Duration) async -> SocketWaiter.Outcome? {
      let wait = SocketWaiter.Wait(readiness: .readable, socket: ends[0], deadline: .now + deadline)
      await withUnsafeContinuation { waiter.suspend($0, wait) }
      return waiter.takeOutcome()
    }
    guard case .timedOut = await suspend(late, until: .milliseconds(20)) else {
      Issue.record("Nothing was to be read.")
      return
    }
    // The number is closed and used anew, in one step, before the late one is told to forget it.
    var others: [Int32] = [-1, -1]
    try #require(pipe(&others) == 0)
    try #require(dup2(others[0], ends[0]) == ends[0])
    async let outcome = suspend(current, until: Slowness.limit)
    try await Task.sleep(for: .milliseconds(50))
    late.forgetSocket()
    _ = write(others[1], "x", 1)
    guard case .ready = await outcome else {
      Issue.record("What came was not reported.")
      return
    }
    current.forgetSocket()
    for end in ends + others { close(end) }
    loop.shutdown()
  }
}

/// An answer and the end of the connection that come to the event loop as one event.
///
/// The loop isn't told of the end a second time (epoll(7), "edge-triggered"); libpq keeps the failure to send
/// to itself until something is read.
@Suite("A connection that ends right after an answer", .paced, .timeLimit(.minutes(5)))
struct EndWithAnswerTests {
  @Test("gives the answer, and the next call fails", arguments: EventLoop.Backend.allCases)
  func nextCall(backend: EventLoop.Backend) async throws {
    let loop = try EventLoop(backend: backend)
    let connection = try await AsyncConnection.connect(to: SharedDatabase.configuration, on: loop)
    let process = connection.backendProcessID
    // Prepared beforehand, so that one answer is all that is to come; the lock shows from outside that it has come.
    let lock = Int32.random(in: 1 ... .max)
    func lockedTwo(_ lock: Int32) -> PostgresQuery { "SELECT 2 FROM pg_advisory_lock(\(Int32(1)), \(lock))" }
    _ = try await connection.query(lockedTwo(0))
    // The loop looks at its sockets again only when both have come.
    let isBlocked = Recorder<Void>()
    let blocker = Task(executorPreference: loop) {
      isBlocked.note(())
      usleep(2_000_000)
    }
    try #require(await eventually { !isBlocked.elements.isEmpty })
    let query = Task { try await connection.query(lockedTwo(lock)).numbers() }
    try await TestDriver.async(.best).withConnection { observer in
      let isAnswered = try await eventually {
        try await observer.value(
          """
          SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
          WHERE pid = \(process) AND objid = \(Int64(lock))::oid AND granted AND state = 'idle'
          """) == 1
      }
      try #require(isAnswered)
    }
    try await SharedDatabase.terminate(process)
    await blocker.value
    #expect(try await query.value == [2])

    let codes = Recorder<PostgresError.Code>()
    let next = Task {
      do {
        _ = try await connection.query("SELECT 3")
      } catch let error as PostgresError {
        codes.note(error.code)
      }
    }
    _ = await eventually { !codes.elements.isEmpty }
    #expect(codes.elements == [.connectionLost])
    await connection.close()
    try await next.value
  }

  /// Nothing but the socket wakes a COMMIT: neither its task's cancellation nor the loop's tick.
  @Test("at any moment ends transactions whose ends are seen through", arguments: EventLoop.Backend.allCases)
  func transactions(backend: EventLoop.Backend) async throws {
    let loop = try TestDriver.async(backend).loop
    let observer = try await AsyncConnection.connect(to: SharedDatabase.configuration, on: loop)
    for round in 1...StormTally.rounds * 2 {
      let connection = try await AsyncConnection.connect(to: SharedDatabase.configuration, on: loop)
      let process = connection.backendProcessID
      let codes = Recorder<PostgresError.Code>()
      let task = Task {
        do {
          while true { try await connection.transaction { _ in } }
        } catch let error as PostgresError {
          codes.note(error.code)
        }
      }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...2000)))
      _ = try await observer.query("SELECT pg_terminate_backend(\(process), 5000)")
      let hasEnded = await eventually { !codes.elements.isEmpty }
      await connection.close()
      try await task.value
      try #require(hasEnded, "round \(round)")
      try #require([.connectionLost, .commitOutcomeUnknown].contains(codes.elements[0]), "round \(round)")
    }
    await observer.close()
  }
}

@Suite("A watch on an idle connection", .paced, .timeLimit(.minutes(5)))
struct IdleWatchTests {
  /// In a process of its own: of a closure that is wrapped once more each time, the stack's end would end them all.
  @Test("is renewed a million times, and its handler called like the first time")
  func renewed() async throws {
    await #expect(processExitsWith: .success) {
      let waiter = SocketWaiter(on: try EventLoop())
      let calls = Lock(0)
      for _ in 0..<1_000_000 { try waiter.watchIdle { calls.withLock { $0 += 1 } } }
      waiter.becameReady()
      #expect(calls.withLock { $0 } == 1)
    }
  }
}
