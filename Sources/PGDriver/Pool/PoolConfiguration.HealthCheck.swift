extension PoolConfiguration {
  /// When an idle connection must prove, by a round trip to the server, that it still works.
  ///
  /// A connection that was in use a moment ago is trusted, as HikariCP and pgx do, so that a busy pool pays
  /// nothing. As soon as any connection turns out broken, the trust in all idle ones ends: each is checked
  /// before it is handed out again, so that a server's restart costs each caller in flight at most one error.
  public struct HealthCheck: Sendable, Equatable {
    /// Checks nothing: a broken connection shows in the query of the caller that gets it.
    public static let never = HealthCheck(idleTime: nil, keepAlive: nil)

    /// Checks a connection before handing it out if it lay idle for longer than a time.
    ///
    /// - Parameters:
    ///   - idleTime: how long a connection is trusted after its last use; zero checks nearly always.
    ///   - keepAlive: how often connections that stay idle are checked in the background, which also keeps
    ///     firewalls from forgetting them; `nil` leaves them alone.
    public static func afterIdle(
      _ idleTime: Duration, keepAlive: Duration? = .seconds(60)
    ) -> HealthCheck {
      HealthCheck(idleTime: idleTime, keepAlive: keepAlive)
    }

    let idleTime: Duration?
    let keepAlive: Duration?
  }
}
