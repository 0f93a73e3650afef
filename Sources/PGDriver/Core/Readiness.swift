/// What a socket must be for an operation to go on.
enum Readiness: Sendable, Hashable {
  case readable
  case writable
  case readableOrWritable

  var includesReadable: Bool { self != .writable }
  var includesWritable: Bool { self != .readable }
}

/// What an operation that was advanced as far as it goes without waiting needs next.
enum Step: Sendable, Hashable {
  /// Advance it again once its socket is like this.
  case wait(Readiness)
  /// It is over; its outcome can be taken.
  case done
}
