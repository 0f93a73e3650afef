import PGSystem

/// What a socket must be for an operation to go on.
enum Readiness: Sendable, Hashable {
  /// Readable: something that was there already, unread, or that is still to come.
  case readable
  /// Readable, by the reply to a command that was just sent, with nothing unread before it.
  case reply
  case writable
  case readableOrWritable

  var includesReadable: Bool { self != .writable }
  var includesWritable: Bool { self == .writable || self == .readableOrWritable }
}

/// What an operation that was advanced as far as it goes without waiting needs next.
enum Step: Sendable, Hashable {
  /// Advance it again once its socket is like this.
  case wait(Readiness)
  /// It is over; its outcome can be taken.
  case done
}

extension Readiness {
  /// The events that poll(2) is asked for.
  ///
  /// It reports errors and hang-ups unasked.
  var pollEvents: Int16 {
    switch self {
    case .readable, .reply: Int16(POLLIN)
    case .writable: Int16(POLLOUT)
    case .readableOrWritable: Int16(POLLIN | POLLOUT)
    }
  }
}

extension MonotonicInstant {
  /// The time until a deadline as poll(2) and epoll_wait(2) take it: whole milliseconds, rounded up,
  /// none below 0.
  func milliseconds(until deadline: MonotonicInstant) -> Int32 {
    let (seconds, attoseconds) = duration(to: deadline).components
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}

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
      let count = poll(&descriptor, 1, milliseconds)
      if count > 0 { return true }
      if count == 0 { return false }
      guard errno == EINTR else { throw .lastSystemError("poll failed") }
      if milliseconds >= 0 { return false }
    }
  }
}
