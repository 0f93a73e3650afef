// What both drivers' `transaction` checks, since the server has only a warning or a tag for it.

extension PostgresTransactionStatus {
  /// Refuses a BEGIN in a transaction, where the COMMIT that belongs to it would end the outer one.
  func allowBegin() throws(PostgresError) {
    guard self == .inTransaction || self == .inFailedTransaction else { return }
    throw PostgresError(
      .misuse, "The connection is in a transaction already. Use SAVEPOINT for a part that can be rolled back."
    )
  }
}

extension PostgresRows {
  /// Refuses what COMMIT answers in a transaction that failed: no error, but the tag ROLLBACK.
  ///
  /// PostgreSQL manual, "COMMIT"; libpq has no other sign of it.
  func expectCommit() throws(PostgresError) {
    guard commandTag != "COMMIT" else { return }
    throw PostgresError(
      .rolledBack,
      "The transaction was rolled back, since a statement in it had failed. Let the failure end the body too."
    )
  }
}
