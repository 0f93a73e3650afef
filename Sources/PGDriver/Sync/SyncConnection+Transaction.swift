extension SyncConnection {
  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// In another transaction it is a savepoint.
  ///
  /// - Throws: what `body` throws, or the failure of BEGIN or COMMIT; `rolledBack` if `body` returned although a
  ///   statement in it had failed; `misuse` in a transaction that has failed.
  public func transaction<Answer>(
    _ options: TransactionOptions = TransactionOptions(), _ body: (SyncConnection) throws -> Answer
  ) throws -> Answer {
    var attempts = 0
    while true {
      let frame = try TransactionFrame(options, in: transactionStatus)
      attempts += 1
      do {
        _ = try query(frame.begin)
        let answer: Answer
        do {
          answer = try body(self)
        } catch {
          // If the connection broke, the server rolls back by itself, and `error` already says so.
          try? execute(frame.rollback)
          throw error
        }
        try frame.check(try query(frame.commit))
        return answer
      } catch  where frame.shouldRetry(after: error, attempts: attempts) {
        continue
      }
    }
  }

  /// Runs a script; the blocking driver knows no cancelled task.
  public func executeDespiteCancellation(_ script: String) throws(PostgresError) {
    try execute(script)
  }
}
