import PGSystem

extension PoolConfiguration {
  /// What is undone when a connection comes back, so that the next one to get it finds it clean.
  ///
  /// A connection whose reset fails, or that comes back in the middle of a command, is closed and replaced;
  /// so is one that sent or received a single message of more than 16 MB, for libpq keeps buffers of that
  /// size until it is closed.
  public enum Reset: Sendable, Hashable {
    /// Rolls an open transaction back, and ends listening; costs nothing if neither is to be done.
    case rollback

    /// Rolls back, then undoes what `DISCARD ALL` undoes, except for prepared statements.
    ///
    /// Settings, temporary tables, cursors, advisory locks, listening and the role return to the session's
    /// start; prepared statements stay, for the connection goes on using them. Costs a round trip on each
    /// return. PostgreSQL manual, "DISCARD".
    case session

    /// Rolls back and ends listening, then runs a script of one's own, such as `RESET ALL`, on each return.
    ///
    /// It must leave the prepared statements alone, on which the connection relies.
    case script(String)

    /// In what condition a connection in this state comes back.
    ///
    /// - Parameter isLarge: Whether libpq holds large buffers for it, which it frees with the connection
    ///   only.
    /// - Parameter mayListen: Whether LISTEN was run on it: the next user must get none of what
    ///   comes by that.
    func condition(
      of status: PostgresTransactionStatus, isLarge: @autoclosure () -> Bool,
      mayListen: @autoclosure () -> Bool
    ) -> PoolStateMachine.Condition {
      switch (self, status) {
      case (_, .active), (_, .unknown): .broken
      case _ where isLarge(): .worn
      case (.rollback, .idle): mayListen() ? .needsReset : .clean
      case (.rollback, _), (.session, _), (.script, _): .needsReset
      }
    }

    /// What to run, one after the other, on a connection in this state.
    func scripts(from status: PostgresTransactionStatus, mayListen: Bool = false) -> [String] {
      var rollback = status == .idle ? [] : ["ROLLBACK"]
      if mayListen { rollback.append("UNLISTEN *") }
      switch self {
      case .rollback: return rollback
      case .session: return rollback + [Self.sessionScript]
      case .script(let script): return rollback + [script]
      }
    }

    private static let sessionScript = """
      CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; \
      SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES
      """
  }
}
