extension PostgresError.Code {
  /// No connection of the pool became free within its wait time-out.
  public static let poolTimedOut = PostgresError.Code("pool timed out")
  /// The pool is closed, or was closed while the request waited.
  public static let poolClosed = PostgresError.Code("pool closed")
}

extension PostgresError {
  /// What a request fails with that gets no connection.
  ///
  /// - Parameter cause: what the last attempt to connect failed of, if no attempt has succeeded since.
  static func refused(
    _ refusal: PoolStateMachine.Refusal, by machine: PoolStateMachine, cause: (any Error)?
  ) -> any Error {
    switch refusal {
    case .cancelled:
      return CancellationError()
    case .closed:
      return PostgresError(.poolClosed, "The pool is closed. Make a new one, or close it later.")
    case .connectFailed:
      return cause ?? PostgresError(.connectionFailed, "The pool could not open a connection.")
    case .timedOut:
      let (limit, now) = (machine.configuration, machine.statistics)
      let reason = cause.map { " The last attempt to connect failed: \($0)" }
      let advice = " Raise maximumSize or waitTimeout, or keep connections for shorter."
      return PostgresError(
        .poolTimedOut,
        "No connection became free within \(limit.waitTimeout ?? .zero): \(now.leased) of at most "
          + "\(limit.maximumSize) are in use, and \(now.waiting) other requests wait." + (reason ?? advice),
        serverFields: (cause as? PostgresError)?.serverFields)
    }
  }

  /// Whether another attempt to connect may succeed by itself.
  ///
  /// The server's word, if there is one: lost connections, exhausted resources, starting or shutting
  /// down (PostgreSQL manual, appendix A, classes 08, 53 and 57). A failure before that is the
  /// network's, and may pass.
  var isTransientConnectFailure: Bool {
    guard code != .invalidConfiguration, code != .misuse else { return false }
    guard let state = sqlState?.rawValue else { return true }
    return ["08", "53", "57"].contains { state.hasPrefix($0) }
  }
}

extension PoolConfiguration {
  /// Refuses what a hook for new connections must not leave behind: an open transaction, or no connection.
  static func checkAfterOnConnect(_ status: PostgresTransactionStatus) throws(PostgresError) {
    switch status {
    case .idle, .active: return
    case .inTransaction, .inFailedTransaction:
      throw PostgresError(.misuse, "The pool's onConnect left a transaction open. End it there.")
    case .unknown:
      throw PostgresError(.connectionLost, "The connection was closed in the pool's onConnect.")
    }
  }

  /// Whether another attempt may succeed by itself; of a hook's own errors nothing is known, so
  /// they may pass.
  static func isTransient(connectFailure error: any Error) -> Bool {
    (error as? PostgresError)?.isTransientConnectFailure ?? true
  }

  /// Refuses numbers with which no pool can work.
  func validate() throws(PostgresError) {
    if let problem { throw PostgresError(.invalidConfiguration, "The pool can't be made: \(problem).") }
  }
}

extension PostgresConfiguration {
  /// With a limit on connecting, for a pool must not wait for ever on a host that does not reply.
  ///
  /// Unless there is one already, also in a service file or in the environment.
  package var forPool: PostgresConfiguration {
    // What can't be read is told when the pool connects.
    guard (try? EffectiveParameters(parameters))?["connect_timeout"] == nil else { return self }
    var copy = self
    copy.parameters["connect_timeout"] = "10"
    return copy
  }
}
