extension SyncConnection {
  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// In another transaction it is a savepoint. However the body ends, the connection is idle afterwards, or
  /// in the outer transaction, or closed.
  ///
  /// - Throws: what `body` throws, or the failure of BEGIN or COMMIT, after which nothing is kept;
  ///   `rolledBack` if `body` returned although a statement in it had failed, or ran ROLLBACK; `misuse` if it
  ///   ran COMMIT, and in a transaction that has failed; `commitOutcomeUnknown` if the connection was lost
  ///   after COMMIT had been sent.
  public func transaction<Answer>(
    _ options: TransactionOptions = TransactionOptions(), _ body: (SyncConnection) throws -> Answer
  ) throws -> Answer {
    var attempts = 0
    while true {
      attempts += 1
      let frame = try beginTransaction(options)
      do {
        return try end(frame, after: Result { try body(self) }, isCancelled: false)
      } catch  where options.shouldRetry(after: error, attempts: attempts) {
        continue
      }
    }
  }

  /// The same for a body that suspends its task in between: code for both drivers.
  ///
  /// - Throws: `cancelled` if the task is cancelled when the body returns; else as above.
  public func transaction<Answer>(
    _ options: TransactionOptions = TransactionOptions(), _ body: (SyncConnection) async throws -> Answer
  ) async throws -> Answer {
    var attempts = 0
    while true {
      attempts += 1
      let frame = try beginTransaction(options)
      let outcome: Result<Answer, any Error>
      do {
        outcome = .success(try await body(self))
      } catch {
        outcome = .failure(error)
      }
      do {
        return try end(frame, after: outcome, isCancelled: Task.isCancelled)
      } catch  where options.shouldRetry(after: error, attempts: attempts) {
        continue
      }
    }
  }

  private func beginTransaction(_ options: TransactionOptions) throws(PostgresError) -> TransactionFrame {
    var frame = try TransactionFrame(options, in: core.transactionStatus, depth: core.transactionEnds.depth)
    do throws(PostgresError) {
      _ = try control(frame.begin)
    } catch {
      // It may have begun all the same.
      if frame.isOutermost, core.transactionStatus != .idle { rollBack(frame) }
      throw error
    }
    frame.enter(core)
    return frame
  }

  /// Does what is left to do after the body.
  private func end<Answer>(
    _ frame: TransactionFrame, after outcome: Result<Answer, any Error>, isCancelled: Bool
  ) throws -> Answer {
    defer { frame.leave(core) }
    let bodyFailed = if case .failure = outcome { true } else { false }
    switch frame.ending(
      bodyFailed: bodyFailed, isCancelled: isCancelled, status: core.transactionStatus,
      ends: core.transactionEnds)
    {
    case .none(let error): if let error { throw core.takeUnreportedLoss() ?? error }
    case .rollback(let error):
      rollBack(frame)
      if let error { throw error }
    case .commit: try commit(frame)
    }
    return try outcome.get()
  }

  private func commit(_ frame: TransactionFrame) throws(PostgresError) {
    do throws(PostgresError) {
      try core.checkIsAlive()
      try core.start(script: frame.commit)
    } catch {
      rollBack(frame)
      throw error
    }
    do throws(PostgresError) {
      try frame.check(commitTag: try finish().commandTag)
    } catch {
      if core.transactionStatus != .idle, error.code != .rolledBack { rollBack(frame) }
      throw frame.commitFailure(error, isClosed: core.isClosed)
    }
  }

  /// Rolls back; closes the connection if that fails.
  ///
  /// A connection that is closed already is rolled back by the server.
  private func rollBack(_ frame: TransactionFrame) {
    guard !core.isClosed else { return }
    _ = try? control(frame.rollback)
    if !frame.isRolledBack(core.transactionStatus) { core.close() }
  }

  /// Runs a statement that begins or ends a transaction or savepoint.
  func control(_ script: String) throws(PostgresError) -> PostgresResult {
    try core.start(script: script)
    return try finish()
  }
}
