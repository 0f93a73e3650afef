// What both fronts say of a command that took too long.
extension PostgresError {
  /// How long a server may take to react to a cancel request before its connection is given up.
  static var cancelPatience: Duration { .seconds(5) }

  static func statementTimedOut(_ timeout: Duration) -> PostgresError {
    PostgresError(
      .timedOut, "The statement took longer than statementTimeout, \(timeout), and was cancelled.")
  }

  static func serverSilent() -> PostgresError {
    PostgresError(
      .connectionLost,
      "The server did not react to a cancel request within \(cancelPatience); the connection was closed.")
  }

  /// What becomes of a statement whose rows aren't wanted any more; no caller gets to see it.
  static var cutShort: PostgresError { PostgresError(.cutShort, "The rest of the rows was not wanted.") }

  static var taskCancelled: PostgresError {
    PostgresError(.cancelled, "The task was cancelled.")
  }
}

extension PostgresError.Code {
  static let cutShort = PostgresError.Code("cut short")
}
