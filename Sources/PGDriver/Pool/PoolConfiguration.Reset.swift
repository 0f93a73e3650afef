extension PoolConfiguration {
  /// What is undone when a connection comes back, so that the next one to get it finds it clean.
  ///
  /// A connection whose reset fails, or that comes back in the middle of a command, is closed and replaced.
  public enum Reset: Sendable, Hashable {
    /// Undoes nothing; even an open transaction is handed on.
    case none

    /// Rolls an open transaction back; costs nothing if there is none.
    case rollback

    /// Rolls back, then returns the session to its start with `DISCARD ALL` (PostgreSQL manual, "DISCARD").
    ///
    /// Costs a round trip on each return, and the prepared statements, which the next user prepares anew.
    case discardAll

    /// Rolls back, then runs a script of one's own, such as `RESET ALL; UNLISTEN *`.
    case script(String)
  }
}
