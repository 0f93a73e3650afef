import PGSystem

extension Readiness {
  /// The events that poll(2) is asked for.
  ///
  /// It reports errors and hang-ups unasked.
  var pollEvents: Int16 {
    switch self {
    case .readable, .answer: Int16(POLLIN)
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
