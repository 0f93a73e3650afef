import PGSystem

extension AsyncConnection {
  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// The connection is the body's until it ends: calls of other tasks wait for their turns, those of its own
  /// child tasks are part of the transaction. In another transaction it is a savepoint. However the body
  /// ends, the connection is idle afterwards, or in the outer transaction, or closed. A task that was
  /// cancelled when the body returns rolls back; a COMMIT that was sent is seen through.
  ///
  /// - Throws: what `body` throws, or the failure of BEGIN or COMMIT, after which nothing is kept;
  ///   `rolledBack` if `body` returned although a statement in it had failed, or ran ROLLBACK; `misuse` if it
  ///   ran COMMIT, and in a transaction that has failed; `cancelled`; `commitOutcomeUnknown` if the
  ///   connection was lost after COMMIT had been sent.
  public func transaction<Answer>(
    _ options: TransactionOptions = TransactionOptions(),
    _ body: (AsyncConnection) async throws -> Answer
  ) async throws -> Answer {
    var attempts = 0
    while true {
      attempts += 1
      do {
        return try await attempt(options, body)
      } catch  where options.shouldRetry(after: error, attempts: attempts) {
        continue
      }
    }
  }

  private func attempt<Answer>(
    _ options: TransactionOptions, _ body: (AsyncConnection) async throws -> Answer
  ) async throws -> Answer {
    let (frame, path) = try await beginTransaction(options)
    let outcome: Result<Answer, any Error>
    do {
      outcome = .success(try await Self.$scopes.withValue(path) { try await body(self) })
    } catch {
      outcome = .failure(error)
    }
    try await Self.$scopes.withValue(path) { try await takeTurn(evenIfCancelled: true) }
    defer {
      frame.leave(core)
      turns.withLock { $0.close(path) }
      endTurn()
    }
    try await end(frame, after: outcome)
    return try outcome.get()
  }

  private func beginTransaction(
    _ options: TransactionOptions
  ) async throws(PostgresError) -> (TransactionFrame, ScopePath) {
    try await takeTurn()
    defer { endTurn() }
    var frame = try TransactionFrame(options, in: core.transactionStatus, depth: core.transactionEnds.depth)
    do throws(PostgresError) {
      _ = try await control(frame.begin, isCancellable: true)
    } catch {
      // It may have begun all the same.
      if frame.isOutermost, core.transactionStatus != .idle { await rollBack(frame) }
      throw error
    }
    frame.enter(core)
    return (frame, turns.withLock { $0.open(in: Self.scopes, hasTurn: false) })
  }

  /// Does what is left to do after the body; throws the error that replaces the body's outcome, but not the
  /// body's own error.
  private func end<Answer>(
    _ frame: TransactionFrame, after outcome: Result<Answer, any Error>
  ) async throws(PostgresError) {
    let bodyFailed = if case .failure = outcome { true } else { false }
    switch frame.ending(
      bodyFailed: bodyFailed, isCancelled: Task.isCancelled, status: core.transactionStatus,
      ends: core.transactionEnds)
    {
    case .none(let error): if let error { throw core.takeUnreportedLoss() ?? error }
    case .rollback(let error):
      await rollBack(frame)
      if let error { throw error }
    case .commit: try await commit(frame)
    }
  }

  private func commit(_ frame: TransactionFrame) async throws(PostgresError) {
    do throws(PostgresError) {
      try core.checkIsAlive()
      try core.start(script: frame.commit)
    } catch {
      await rollBack(frame)
      throw error
    }
    do throws(PostgresError) {
      try await advance { (core) throws(PostgresError) in try core.advance() }
      try frame.check(commitTag: try core.finish().commandTag)
    } catch {
      if core.transactionStatus != .idle, error.code != .rolledBack { await rollBack(frame) }
      throw frame.commitFailure(error, isClosed: core.isClosed)
    }
  }

  /// Rolls back; closes the connection if that fails.
  ///
  /// A connection that is closed already is rolled back by the server.
  private func rollBack(_ frame: TransactionFrame) async {
    guard !core.isClosed else { return }
    _ = try? await control(frame.rollback, isCancellable: false)
    if !frame.isRolledBack(core.transactionStatus) { core.close() }
  }

  /// Runs a statement that begins or ends a transaction or savepoint; for the task that has the turn.
  func control(_ script: String, isCancellable: Bool) async throws(PostgresError) -> PostgresResult {
    try core.start(script: script)
    if isCancellable {
      try await run { (core) throws(PostgresError) in try core.advance() }
    } else {
      try await advance { (core) throws(PostgresError) in try core.advance() }
    }
    return try core.finish()
  }
}
