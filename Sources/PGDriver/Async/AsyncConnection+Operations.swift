import PGSystem

// How every operation goes: it has its turn, is advanced, and is cancelled on the server when its task is, or
// when it takes too long.
extension AsyncConnection {
  /// The scopes on connections that the current task is in.
  @TaskLocal static var scopes = ScopePath.none

  /// Waits for this task's turn.
  @inline(__always)
  func takeTurn(evenIfCancelled: Bool = false) async throws(PostgresError) {
    if Task.isCancelled && !evenIfCancelled { throw .taskCancelled }
    if !turns.withLock({ $0.takeIfFree() }) { try await takeTurnInScope(evenIfCancelled) }
  }

  private func takeTurnInScope(_ evenIfCancelled: Bool) async throws(PostgresError) {
    switch turns.withLock({ $0.take(Self.scopes) }) {
    case .taken: return
    case .wait(let ticket): try await wait(ticket, evenIfCancelled)
    case .refused:
      throw PostgresError(
        .misuse,
        "The connection is busy with the rows or the COPY that this is called from. Use another connection.")
    }
  }

  private func wait(_ ticket: TurnQueue.Ticket, _ evenIfCancelled: Bool) async throws(PostgresError) {
    let path = Self.scopes
    if evenIfCancelled {
      await wait(ticket, path)
    } else {
      await withTaskCancellationHandler {
        await wait(ticket, path)
      } onCancel: {
        turns.withLock { $0.cancel(ticket) }?.resume()
      }
    }
    // The lock, too, orders this after what the last task did with the connection: the thread sanitizer
    // doesn't see how a continuation gets to another thread.
    guard turns.withLock({ $0.hasTurn(ticket) }) else { throw .taskCancelled }
    guard evenIfCancelled || !Task.isCancelled else {
      endTurn()
      throw .taskCancelled
    }
  }

  private func wait(_ ticket: TurnQueue.Ticket, _ path: ScopePath) async {
    await withUnsafeContinuation { task in
      if !turns.withLock({ $0.wait(task, ticket, path) }) { task.resume() }
    }
  }

  /// Gives the turn to the next.
  func endTurn() {
    if !core.notifications.isEmpty { deliverNotifications() }
    let isClosed = core.isClosed
    let status = core.transactionStatus
    let hasSubscribers = subscriptions.needAttention
    let loss = hasSubscribers ? core.loss : nil
    switch turns.withLock({ $0.end(status, isClosed: isClosed) }) {
    case .close:
      core.close()
      endTurn()
    case .handOn(let next, let closers):
      next?.resume()
      if hasSubscribers { attendSubscribers(isClosed: isClosed, loss: loss) }
      for closer in closers { closer.resume() }
    }
  }

  /// Runs the body of a scope that has the connection's turn.
  func inScopeWithTurn<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    let path = turns.withLock { $0.open(in: Self.scopes, hasTurn: true) }
    defer { turns.withLock { $0.close(path) } }
    return try await Self.$scopes.withValue(path) { try await body() }
  }

  func run(_ check: DateCheck) async throws(PostgresError) {
    try core.start(check)
    try await run { (core) throws(PostgresError) in try core.advance(check) }
    try core.finish(check)
  }

  /// Advances an operation until it is done; cancelled with the task.
  @inline(__always)
  func run(_ step: (ConnectionCore) throws(PostgresError) -> Step) async throws(PostgresError) {
    operation &+= 1
    try await advance(operation, step)
  }

  /// Advances an operation until it is done.
  ///
  /// When it throws, the connection is closed: steps leave it to `finish` to throw what the server returned.
  ///
  /// - Parameter number: By which it can be cancelled with the task; nil if it can't be.
  func advance(
    _ number: Int? = nil, _ step: (ConnectionCore) throws(PostgresError) -> Step
  ) async throws(PostgresError) {
    var watch = OperationWatch(timeout: statementTimeout)
    var isQuick = number != nil
    var unwaited = 0
    while case .wait(let readiness) = try step(core) {
      if number != nil, core.cancelReason == nil, Task.isCancelled { core.cancelReason = .taskCancelled }
      if core.cancelReason != nil || watch.wakeAt != nil { try watch.look(at: core) }
      // More of a large result is most often there already; but others on the loop want their turns.
      if readiness == .readable, unwaited < 16, SocketPoll.isReadable(core.socket) {
        unwaited += 1
        continue
      }
      unwaited = 0
      let wait = SocketWaiter.Wait(
        readiness: readiness, socket: core.socket, deadline: watch.wakeAt, isQuick: isQuick,
        operation: number ?? 0)
      let isCancellable = number != nil && !isQuick && !watch.isCancelling
      switch isCancellable ? await waitCancellably(wait) : await self.wait(wait) {
      case .ready, .timedOut: continue
      case .slow: isQuick = false
      case .interrupted: core.cancelReason = core.cancelReason ?? .taskCancelled
      case .abandoned: core.close()
      case .failed(let error):
        core.close()
        throw error
      }
    }
    await watch.end(core)
  }

  /// Waits, and ends the wait when the task is cancelled.
  ///
  /// This is worth it only for a wait that lasts. To be told of a cancellation costs a task that prefers an
  /// executor 0.4 µs, and a statement whose reply comes within a tick ends sooner than the server could be
  /// asked to cancel it, which takes a connection of its own.
  private func waitCancellably(_ wait: SocketWaiter.Wait) async -> SocketWaiter.Outcome {
    await withTaskCancellationHandler {
      await self.wait(wait)
    } onCancel: {
      waiter.interrupt(wait.operation)
    }
  }
}
