// How every operation goes: it has its turn, is advanced, and is cancelled on the server when its task is, or when it
// takes too long.
extension AsyncConnection {
  /// The connections whose turns the current task has in scopes such as `withRows`, where a second turn would never come.
  @TaskLocal static var scopes: Set<ObjectIdentifier> = []

  var isInScope: Bool { Self.scopes.contains(ObjectIdentifier(self)) }

  /// Runs the body of a scope that has the connection's turn.
  func inScope<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    try await Self.$scopes.withValue(Self.scopes.union([ObjectIdentifier(self)])) { try await body() }
  }

  /// Waits for this task's turn.
  @inline(__always)
  func takeTurn(evenIfCancelled: Bool = false) async throws(PostgresError) {
    if Task.isCancelled && !evenIfCancelled { throw .taskCancelled }
    if !turns.withLock({ $0.takeIfFree() }) { try await queueForTurn(evenIfCancelled) }
  }

  private func queueForTurn(_ evenIfCancelled: Bool) async throws(PostgresError) {
    guard !isInScope else {
      throw PostgresError(
        .misuse,
        "The connection is busy with the rows or the COPY that this is called from. Use another connection.")
    }
    await waitForTurn()
    guard evenIfCancelled || !Task.isCancelled else {
      endTurn()
      throw .taskCancelled
    }
  }

  /// Waits for the turn, whatever the connection's and the task's state.
  func waitForTurn() async {
    await withUnsafeContinuation { task in
      if turns.withLock({ $0.take(task) }) { task.resume() }
    }
  }

  /// Gives the turn to the next.
  func endTurn() {
    if !core.notifications.isEmpty { deliverNotifications() }
    let isClosed = core.isClosed
    let status = core.transactionStatus
    switch turns.withLock({ $0.end(status, isClosed: isClosed) }) {
    case .close:
      core.close()
      endTurn()
    case .handOn(let next, let hasSubscribers):
      next?.resume()
      guard hasSubscribers else { return }
      if isClosed { endSubscriptions() } else { watchIdle() }
    }
  }

  /// Advances an operation until it is done; cancelled with the task.
  @inline(__always)
  func run(_ step: (ConnectionCore) throws(PostgresError) -> Step) async throws(PostgresError) {
    operation &+= 1
    try await advance(operation, step)
  }

  /// Advances an operation until it is done.
  ///
  /// When it throws, the connection is closed: steps leave it to `finish` to throw what the server answered.
  ///
  /// - Parameter number: By which it can be cancelled with the task; nil if it can't be.
  func advance(
    _ number: Int? = nil, _ step: (ConnectionCore) throws(PostgresError) -> Step
  ) async throws(PostgresError) {
    var deadline = statementTimeout.map { MonotonicInstant.now + $0 }
    var isQuick = number != nil
    var cancel: PendingCancel?
    var unwaited = 0
    while case .wait(let readiness) = try step(core) {
      // More of a large result is most often there already; but others on the loop want their turns.
      if readiness == .readable, unwaited < 16, SocketPoll.isReadable(core.socket) {
        unwaited += 1
        continue
      }
      unwaited = 0
      let wait = SocketWaiter.Wait(
        readiness: readiness, socket: core.socket, deadline: deadline, isQuick: isQuick,
        operation: number ?? 0)
      let isCancellable = number != nil && !isQuick && cancel == nil
      switch isCancellable ? await waitCancellably(wait) : await self.wait(wait) {
      case .ready: continue
      case .slow:
        isQuick = false
        continue
      case .abandoned:
        core.close()
        continue
      case .failed(let error):
        core.close()
        throw error
      case .interrupted: core.cancelReason = .taskCancelled
      case .timedOut:
        guard cancel == nil else {
          core.close()
          throw .serverSilent()
        }
        core.cancelReason = statementTimeout.map { .statementTimedOut($0) }
      }
      guard cancel == nil else { continue }
      cancel = PendingCancel(core.cancelRequest())
      deadline = MonotonicInstant.now + PostgresError.cancelPatience
    }
    // The signal must not hit the next command.
    await cancel?.wait()
  }

  /// Waits with an ear for the task's cancellation.
  ///
  /// Only a wait that lasts is worth that. To be told of a cancellation costs a task that prefers an executor 0.4 µs, and a
  /// statement that is answered within a tick ends sooner than the server could be asked to cancel it, which takes a
  /// connection of its own.
  private func waitCancellably(_ wait: SocketWaiter.Wait) async -> SocketWaiter.Outcome {
    await withTaskCancellationHandler {
      await self.wait(wait)
    } onCancel: {
      waiter.interrupt(wait.operation)
    }
  }
}
