/// What a pool holds at one moment, and what it has done since it was made.
public struct PoolStatistics: Sendable, Equatable {
  /// The open connections: ``idle``, ``leased``, and those being checked or reset.
  public var size = 0

  /// The connections that wait to be used.
  public var idle = 0

  /// The connections in use.
  public var leased = 0

  /// The connections being opened.
  public var connecting = 0

  /// The requests that wait for a connection.
  public var waiting = 0

  /// The requests that got a connection.
  public var leases = 0

  /// The time that requests waited before they got a connection, summed up.
  public var waitTime = Duration.zero

  /// The longest time that a request waited before it got a connection.
  public var longestWait = Duration.zero

  /// The requests that failed because they waited for too long.
  public var timeouts = 0

  /// The requests that were given up by their Task's cancellation.
  public var cancellations = 0

  /// The connections opened.
  public var opened = 0

  /// The connections closed, for whatever reason.
  public var closed = 0

  /// The connections found broken: on return, or by a health check or a reset.
  public var broken = 0

  /// The attempts to open a connection that failed.
  public var connectFailures = 0

  init() {}
}
