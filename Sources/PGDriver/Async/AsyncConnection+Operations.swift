// How every operation goes: it has its turn, is advanced, and is cancelled on the server when its task is, or when it
// takes too long.
extension AsyncConnection {
  /// The connections whose turns the current task has in scopes such as `withRows`, where a second turn would never come.
  @TaskLocal static var scopes: Set<ObjectIdentifier> = []

  /// Runs the body of a scope that has the connection's turn.
  nonisolated func inScope<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    try await Self.$scopes.withValue(Self.scopes.union([ObjectIdentifier(self)])) { try await body() }
  }

  /// Waits for this task's turn.
  func takeTurn(evenIfCancelled: Bool = false) async throws(PostgresError) {
    if Task.isCancelled && !evenIfCancelled { throw .taskCancelled }
    if !turns.takeIfFree() {
      guard !Self.scopes.contains(ObjectIdentifier(self)) else {
        throw PostgresError(
          .misuse,
          "The connection is busy with the rows or the COPY that this is called from. Use another connection."
        )
      }
      // For a task that doesn't prefer the loop, the runtime goes by the loop's queue once more before it calls the
      // closure: the turn may have become free since.
      await withTaskExecutorPreference(loop) { await withUnsafeContinuation { turns.take($0) } }
      guard evenIfCancelled || !Task.isCancelled else {
        endTurn()
        throw .taskCancelled
      }
    }
    operation &+= 1
    // One that came too late for the operation before must not end this one.
    waiter?.clearInterruption()
  }

  /// Gives the turn to the next.
  func endTurn() {
    if core.isClosed {
      unwatch()
      endSubscriptions()
    } else {
      if !core.notifications.isEmpty { deliverNotifications() }
      if !subscribers.isEmpty { watchIdle() }
    }
    turns.end()
  }

  /// Advances an operation until it is done; cancelled with the task.
  func run(
    _ step: (ConnectionCore) throws(PostgresError) -> Step
  ) async throws(PostgresError) {
    let number = operation
    let outcome = await withTaskCancellationHandler {
      do throws(PostgresError) {
        return Result<Void, PostgresError>.success(try await advance(step))
      } catch {
        return .failure(error)
      }
    } onCancel: {
      Task { await self.interrupt(number) }
    }
    try outcome.get()
  }

  /// Advances an operation until it is done.
  ///
  /// When it throws, the connection is closed: steps leave it to `finish` to throw what the server answered.
  func advance(_ step: (ConnectionCore) throws(PostgresError) -> Step) async throws(PostgresError) {
    var deadline = statementTimeout.map { ContinuousClock.now + $0 }
    var cancel: PendingCancel?
    while case .wait(let readiness) = try step(core) {
      switch await wait(for: readiness, until: deadline) {
      case .ready, .abandoned: continue
      case .failed(let error):
        close()
        throw error
      case .interrupted where cancel != nil: continue
      case .interrupted: core.cancelReason = .taskCancelled
      case .timedOut:
        guard cancel == nil else {
          close()
          throw .serverSilent()
        }
        core.cancelReason = statementTimeout.map { .statementTimedOut($0) }
      }
      cancel = PendingCancel(core.cancelRequest())
      deadline = ContinuousClock.now + PostgresError.cancelPatience
    }
    // The signal must not hit the next command.
    await cancel?.wait()
  }
}
