import PGSystem

/// How many connections a pool keeps, how long it waits for them, and when it replaces them.
///
/// The terms are those of psycopg_pool and HikariCP. The defaults suit a service beside its database: no
/// connection until the first is needed, ten at most, half a minute of waiting, connections younger than an
/// hour. A duration of `nil` means "no limit".
public struct PoolConfiguration: Sendable, Equatable {
  /// The number of connections that the pool keeps open even when no request needs them; 0 or more.
  public var minimumSize: Int

  /// The number of connections that the pool never exceeds; 1 or more, and not below ``minimumSize``.
  ///
  /// Keep the sum over all programs below the server's `max_connections` (PostgreSQL manual, section 20.3).
  public var maximumSize: Int

  /// How long a request waits for a connection before it fails with ``PostgresError/Code/poolTimedOut``.
  public var waitTimeout: Duration?

  /// How long a connection beyond ``minimumSize`` may lie unused before it is closed.
  public var idleTimeout: Duration?

  /// The age at which a connection is replaced once it is not in use.
  ///
  /// Each connection draws its own age, up to ``lifetimeJitter`` earlier, so that those opened together are
  /// not all replaced at one moment.
  public var maximumLifetime: Duration?

  /// The share of ``maximumLifetime``, 0 to 1, by which a connection's life is shortened at random.
  public var lifetimeJitter: Double

  /// When an idle connection must prove that its server still replies.
  public var healthCheck: HealthCheck

  /// What is undone when a connection comes back.
  public var reset: Reset

  /// How long a health check or a reset may take before its connection counts as broken.
  public var upkeepTimeout: Duration

  /// How long failing connection attempts are repeated before waiting requests fail with their cause.
  ///
  /// Long enough for a server's restart. Requests fail at once if the server refuses for a reason that
  /// another attempt cannot mend (a wrong password), and go on waiting while connections are out that can
  /// come back to them.
  public var reconnectTimeout: Duration

  /// The shortest and the longest pause between two failing connection attempts; it doubles in between.
  public var reconnectDelay: ClosedRange<Duration>

  /// How long closing the pool waits for connections in use; those still out are closed on their return.
  public var closeTimeout: Duration?

  /// Makes a configuration; every parameter has a default that suits a service beside its database.
  public init(
    minimumSize: Int = 0,
    maximumSize: Int = 10,
    waitTimeout: Duration? = .seconds(30),
    idleTimeout: Duration? = .seconds(600),
    maximumLifetime: Duration? = .seconds(3600),
    lifetimeJitter: Double = 0.1,
    healthCheck: HealthCheck = .afterIdle(.seconds(1)),
    reset: Reset = .rollback,
    upkeepTimeout: Duration = .seconds(5),
    reconnectTimeout: Duration = .seconds(10),
    reconnectDelay: ClosedRange<Duration> = .milliseconds(50)...(.seconds(5)),
    closeTimeout: Duration? = .seconds(30)
  ) {
    self.minimumSize = minimumSize
    self.maximumSize = maximumSize
    self.waitTimeout = waitTimeout
    self.idleTimeout = idleTimeout
    self.maximumLifetime = maximumLifetime
    self.lifetimeJitter = lifetimeJitter
    self.healthCheck = healthCheck
    self.reset = reset
    self.upkeepTimeout = upkeepTimeout
    self.reconnectTimeout = reconnectTimeout
    self.reconnectDelay = reconnectDelay
    self.closeTimeout = closeTimeout
  }

  /// What is wrong with the numbers, and what to do about it; `nil` if a pool can work with them.
  var problem: String? {
    if maximumSize < 1 {
      return "maximumSize is \(maximumSize); a pool needs room for at least 1 connection"
    }
    if minimumSize < 0 || minimumSize > maximumSize {
      return "minimumSize is \(minimumSize); choose 0 to maximumSize, which is \(maximumSize)"
    }
    if !(0...1).contains(lifetimeJitter) {
      return "lifetimeJitter is \(lifetimeJitter); choose a share from 0 to 1"
    }
    if reconnectDelay.lowerBound <= .zero {
      return "reconnectDelay begins at \(reconnectDelay.lowerBound); choose a pause above zero"
    }
    let durations: [(name: String, value: Duration?)] = [
      ("waitTimeout", waitTimeout), ("idleTimeout", idleTimeout), ("maximumLifetime", maximumLifetime),
      ("upkeepTimeout", upkeepTimeout), ("reconnectTimeout", reconnectTimeout),
      ("closeTimeout", closeTimeout),
      ("healthCheck's idle time", healthCheck.idleTime), ("healthCheck's keepAlive", healthCheck.keepAlive),
    ]
    for (name, value) in durations {
      if let value, value < .zero { return "\(name) is \(value); choose zero or more, or nil for no limit" }
    }
    if let keepAlive = healthCheck.keepAlive, keepAlive == .zero {
      return "healthCheck's keepAlive is zero; choose a pause above zero, or nil for none"
    }
    return nil
  }
}

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
