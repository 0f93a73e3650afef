/// The statements that a transaction, or a savepoint in one, begins and ends with; no waiting in it.
struct TransactionFrame {
  let begin: PostgresQuery
  let commit: PostgresQuery
  let rollback: String
  private let isOutermost: Bool
  private let retries: Int

  /// Decides between a transaction and a savepoint.
  ///
  /// A savepoint may hide an earlier one of the same name: RELEASE and ROLLBACK TO go to the latest (PostgreSQL manual,
  /// "SAVEPOINT").
  init(_ options: TransactionOptions, in status: PostgresTransactionStatus) throws(PostgresError) {
    isOutermost = status != .inTransaction
    switch status {
    case .inTransaction:
      guard options == TransactionOptions() else {
        throw PostgresError(
          .misuse,
          "The connection is in a transaction already, so this one is a savepoint, which has no options of its own."
        )
      }
      begin = "SAVEPOINT pgdriver"
      commit = "RELEASE SAVEPOINT pgdriver"
      rollback = "ROLLBACK TO SAVEPOINT pgdriver; RELEASE SAVEPOINT pgdriver"
      retries = 0
    case .inFailedTransaction:
      throw PostgresError(
        .misuse, "The transaction that the connection is in has failed. Let the failure end its body.")
    default:
      let modes = [
        options.isolation.map { "ISOLATION LEVEL \($0.rawValue)" },
        options.isReadOnly.map { $0 ? "READ ONLY" : "READ WRITE" },
        options.isDeferrable ? "DEFERRABLE" : nil,
      ]
      begin = PostgresQuery(sql: (["BEGIN"] + modes.compactMap { $0 }).joined(separator: " "))
      commit = "COMMIT"
      rollback = "ROLLBACK"
      retries = options.retries
    }
  }

  /// Refuses what COMMIT answers in a transaction that failed: no error, but the tag ROLLBACK.
  ///
  /// PostgreSQL manual, "COMMIT"; libpq has no other sign of it.
  func check(_ answer: PostgresRows) throws(PostgresError) {
    guard isOutermost, answer.commandTag != "COMMIT" else { return }
    throw PostgresError(
      .rolledBack,
      "The transaction was rolled back, since a statement in it had failed. Let the failure end the body too."
    )
  }

  /// Whether the body is to be run again, after so many attempts.
  ///
  /// PostgreSQL manual, section 13.5, "Serialization Failure Handling": the whole transaction is to be repeated.
  func shouldRetry(after error: any Error, attempts: Int) -> Bool {
    guard attempts <= retries, let state = (error as? PostgresError)?.sqlState else { return false }
    return state == .serializationFailure || state == .deadlockDetected
  }
}
