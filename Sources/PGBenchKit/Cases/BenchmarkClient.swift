import PGBenchHost
import PGDriver
import PGMeasuring
import PGSystem

/// What one client ran in one block.
struct ClientBlock: Sendable {
  let start: Int
  let end: Int
  let latencies: [Int]
  /// What the block used, if a meter was given.
  let usage: BlockUsage?
  /// How it kept to its intended starts; nil of a closed loop.
  var pace: ClientPace?
}

/// One client: a task on its driver's threads that owns a connection and waits for orders.
///
/// The connection never leaves the task, so a driver's need not be Sendable. An order ends when the test's
/// task is cancelled, or when it takes longer than there is patience: the task is cancelled, and the
/// connection's backends are ended. A body that reacts to neither is left behind.
final class BenchmarkClient<Output: Sendable>: Sendable {
  private enum Order: Sendable {
    case run(
      first: Int, operations: Int, starts: ClientStarts?, meter: UsageMeter?, reply: Reply<ClientBlock>)
    case output(index: Int, reply: Reply<Output>)
  }

  private struct State {
    var task: Task<Void, Never>?
    var backends: [Int32] = []
    /// What is in progress, in words that are made only when they are said, and since when; nil between two
    /// orders.
    var current: (what: @Sendable () -> String, since: Int, fail: @Sendable (any Error) -> Void)?
    /// Why it is to end before its time.
    var endReason: (any Error)?
  }

  private let orders: AsyncStream<Order>
  private let giveOrder: AsyncStream<Order>.Continuation
  private let ended = Reply<Void>()
  private let state = Lock(State())
  private let database: PostgresConfiguration

  init(database: PostgresConfiguration) {
    self.database = database
    (orders, giveOrder) = AsyncStream.makeStream()
  }

  /// Starts the task, and returns the backends' process identifiers once it is connected.
  func start<Driver: BenchmarkDriver>(
    _ number: Int, driver: Driver, runtime: Driver.Runtime,
    body:
      @escaping @Sendable (_ connection: Driver.Connection, _ client: Int, _ index: Int) async throws ->
      Output
  ) async throws -> [Int32] {
    let backends: [Int32] = try await order("connecting") { connected in
      let task = Task(executorPreference: runtime.taskExecutor) { @concurrent [self] in
        defer { ended.give(.success(())) }
        let connection: Driver.Connection
        do {
          connection = try await driver.connect(to: database, on: runtime)
        } catch {
          connected.give(.failure(error))
          return
        }
        let backends = await driver.backendProcessIDs(of: connection)
        state.withLock { $0.backends = backends }
        connected.give(.success(backends))
        await MeasuredBody.$isRunning.withValue(true) {
          for await order in orders { await Self.carryOut(order, connection, number, body) }
        }
        await driver.close(connection)
      }
      state.withLock { $0.task = task }
    }
    return backends
  }

  private static func carryOut<Connection>(
    _ order: Order, _ connection: Connection, _ number: Int,
    _ body: @Sendable (_ connection: Connection, _ client: Int, _ index: Int) async throws -> Output
  ) async {
    switch order {
    case .run(let first, _, let starts?, let meter, let reply):
      await reply.give(resultOf: {
        try await ClientBlock.run(first: first, at: starts, meter) { index in
          blackHole(try await body(connection, number, index))
        }
      })
    case .run(let first, let operations, nil, let meter, let reply):
      await reply.give(resultOf: {
        try await time(first: first, operations: operations, meter) { index in
          blackHole(try await body(connection, number, index))
        }
      })
    case .output(let index, let reply):
      await reply.give(resultOf: { try await body(connection, number, index) })
    }
  }

  /// Runs operations and times each of them.
  ///
  /// - Parameter starts: When each is to begin; nil for when the one before it has ended.
  /// - Parameter meter: Read on the client's own thread right before and after, so that nothing else is
  ///   counted.
  func run(
    first: Int, operations: Int, starts: ClientStarts? = nil, meter: UsageMeter? = nil
  ) async throws -> ClientBlock {
    try await order(operations == 1 ? "operation \(first)" : "a block of \(operations) operations") {
      giveOrder.yield(.run(first: first, operations: operations, starts: starts, meter: meter, reply: $0))
    }
  }

  /// Runs one operation, untimed, and returns what it returned.
  func output(of index: Int) async throws -> Output {
    try await order("operation \(index)") { giveOrder.yield(.output(index: index, reply: $0)) }
  }

  /// Closes the connection; returns when the task is over.
  func stop() async {
    giveOrder.finish()
    guard state.withLock({ $0.task != nil }) else { return }
    let limit = Task.detached { [self] in
      try await Task.sleep(for: MeasuredBody.grace)
      end(BenchmarkError("its connection was not closed within \(MeasuredBody.grace)"))
    }
    _ = try? await ended.value
    limit.cancel()
  }

  // MARK: What ends an order before its time

  /// Gives an order, and waits until it is carried out, or given up.
  private func order<Answer>(
    _ what: @autoclosure @escaping @Sendable () -> String, _ give: (Reply<Answer>) -> Void
  ) async throws -> Answer {
    let reply = Reply<Answer>()
    let now = MonotonicClock.now()
    let endReason = state.withLock { state in
      if state.endReason == nil { state.current = (what, now, { reply.give(.failure($0)) }) }
      return state.endReason
    }
    if let endReason { throw endReason }
    defer { state.withLock { $0.current = nil } }
    return try await withTaskCancellationHandler {
      give(reply)
      do {
        return try await reply.value
      } catch {
        throw state.withLock(\.endReason) ?? error
      }
    } onCancel: {
      end(CancellationError())
    }
  }

  /// Ends an order that takes longer than there is patience.
  func look(patience: Duration) {
    let now = MonotonicClock.now()
    let what = state.withLock { state in
      state.current.flatMap { now - $0.since > patience.wholeNanoseconds ? $0.what : nil }
    }
    guard let what else { return }
    end(
      BenchmarkError(
        "\(what()) did not end within \(patience). If it may take as long as that, set PGBENCH_PATIENCE to "
          + "more seconds, or give the test a longer .patience."
      ))
  }

  /// Cancels the task, and leaves it behind if it doesn't react to that.
  private func end(_ reason: any Error) {
    let isFirst = state.withLock { state in
      defer { state.endReason = state.endReason ?? reason }
      return state.endReason == nil
    }
    guard isFirst else { return }
    Task.detached { [self] in
      let deadline = MonotonicClock.now() + MeasuredBody.grace.wholeNanoseconds
      state.withLock(\.task)?.cancel()
      // A blocking driver's thread waits for the server, and is told by it.
      await Backends.terminate(state.withLock(\.backends), in: database)
      while !ended.isGiven, MonotonicClock.now() < deadline {
        // Once more: it may just have been started.
        state.withLock(\.task)?.cancel()
        try? await Task.sleep(for: .milliseconds(10))
      }
      guard !ended.isGiven else { return }
      MeasuredBody.leaveBehind()
      let what = state.withLock { $0.current?.what }?() ?? "the body"
      let error = BenchmarkError(
        "\(what) did not end within \(MeasuredBody.grace) of being cancelled, and was left behind. "
          + "\(MeasuredBody.left)")
      state.withLock { $0.endReason = error }
      state.withLock { $0.current }?.fail(error)
      ended.give(.success(()))
    }
  }

  /// The timed loop: one reading of the clock for each operation, since one's end is the next one's start.
  private static func time(
    first: Int, operations: Int, _ meter: UsageMeter?, _ operation: (Int) async throws -> Void
  ) async throws -> ClientBlock {
    var latencies: [Int] = []
    latencies.reserveCapacity(operations)
    var usage = meter?.start()
    let start = MonotonicClock.now()
    var last = start
    var index = first
    while index < first + operations {
      try await operation(index)
      let now = MonotonicClock.now()
      latencies.append(now &- last)
      last = now
      index &+= 1
    }
    usage?.end()
    return ClientBlock(start: start, end: last, latencies: latencies, usage: usage)
  }
}

/// A result that is given once, by whichever of several is first, and waited for by one task.
///
/// The wait doesn't end when its task is cancelled: cancellation ends what is waited for, and that gives the
/// result.
final class Reply<Answer: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Answer, any Error>)
    case given(Result<Answer, any Error>)
  }

  private let state = Lock(State.open)

  /// Gives the result; returns false if there is one already.
  @discardableResult
  func give(_ result: Result<Answer, any Error>) -> Bool {
    let (isFirst, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Answer, any Error>?) in
      switch state {
      case .open:
        state = .given(result)
        return (true, nil)
      case .awaited(let waiter):
        state = .given(result)
        return (true, waiter)
      case .given: return (false, nil)
      }
    }
    waiter?.resume(with: result)
    return isFirst
  }

  /// Gives what comes of `body`.
  func give(resultOf body: () async throws -> Answer) async {
    do {
      give(.success(try await body()))
    } catch {
      give(.failure(error))
    }
  }

  /// Whether there is a result.
  var isGiven: Bool {
    state.withLock { if case .given = $0 { true } else { false } }
  }

  /// The result, once it is given.
  var value: Answer {
    get async throws {
      try await withCheckedThrowingContinuation { waiter in
        let given = state.withLock { state -> Result<Answer, any Error>? in
          if case .given(let result) = state { return result }
          state = .awaited(waiter)
          return nil
        }
        if let given { waiter.resume(with: given) }
      }
    }
  }
}

/// What this process knows of the bodies that it measures.
enum MeasuredBody {
  /// Whether the present task is one that runs a body, or was started by such a one.
  @TaskLocal static var isRunning = false

  /// How long a body has to end once it was cancelled.
  static let grace = Duration.seconds(5)

  private static let isLeftBehind = Lock(false)

  /// Notes that a body was left behind, which goes on using its thread.
  static func leaveBehind() { isLeftBehind.withLock { $0 = true } }

  /// What follows from a body that was left behind.
  static let left = "It may use a CPU still, so nothing more is measured in this process."

  /// Refuses to measure where that would wait for itself, or beside a body that was left behind.
  static func checkMayMeasure() throws(BenchmarkError) {
    guard !isRunning else {
      throw BenchmarkError(
        """
        benchmark() was called in the body of another benchmark, which would wait for itself. Call it in \
        the test, and only what is to be timed in the body.
        """)
    }
    guard !isLeftBehind.withLock({ $0 }) else {
      throw BenchmarkError("The body of an earlier benchmark did not end. \(left)")
    }
  }
}
