import PGSystem

/// Blocks in poll(2).
enum SocketPoll {
  /// Waits for as long as it takes.
  static func wait(for readiness: Readiness, of socket: Int32) throws(PostgresError) {
    _ = try wait(for: readiness, of: socket, milliseconds: -1)
  }

  /// Waits until a deadline; returns whether the socket became ready.
  static func wait(
    for readiness: Readiness, of socket: Int32, until deadline: MonotonicInstant?
  ) throws(PostgresError) -> Bool {
    guard let deadline else { return try wait(for: readiness, of: socket, milliseconds: -1) }
    while true {
      let left = MonotonicInstant.now.milliseconds(until: deadline)
      if try wait(for: readiness, of: socket, milliseconds: left) { return true }
      if MonotonicInstant.now >= deadline { return false }
    }
  }

  /// Whether there is something to read right now.
  static func isReadable(_ socket: Int32) -> Bool {
    var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
  }

  /// Returns false when the time is over, or when a signal came in a wait with an end.
  private static func wait(
    for readiness: Readiness, of socket: Int32, milliseconds: Int32
  ) throws(PostgresError) -> Bool {
    var descriptor = pollfd(fd: socket, events: readiness.pollEvents, revents: 0)
    while true {
      let answer = poll(&descriptor, 1, milliseconds)
      if answer > 0 { return true }
      if answer == 0 { return false }
      guard errno == EINTR else { throw .lastSystemError("poll failed") }
      if milliseconds >= 0 { return false }
    }
  }
}
