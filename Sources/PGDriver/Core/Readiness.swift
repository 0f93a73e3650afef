/// What a socket must be for an operation to go on.
enum Readiness: Sendable, Hashable {
  /// Readable: something that was there already, unread, or that is still to come.
  case readable
  /// Readable, by the answer to a command that was just sent, with nothing unread before it.
  case answer
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
