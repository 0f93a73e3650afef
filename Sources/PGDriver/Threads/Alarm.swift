import PGSystem

/// Calls closures when their time has come: one thread for the process, asleep in between.
///
/// It has a thread of its own, since time-outs must come even if every thread of Swift's executor is blocked,
/// and since a time-out of an event loop's own wait would cost a timer that the kernel sets and cancels each
/// time. What it calls must not block.
final class Alarm: Sendable {
  private struct Entry {
    let instant: MonotonicInstant
    let call: @Sendable () -> Void
  }

  private let selector: PollSelector
  private let entries = Lock<[ObjectIdentifier: Entry]>([:])

  /// The alarm that all share.
  static func common() throws(PostgresError) -> Alarm { try commonAlarm.get() }

  private static let commonAlarm = Result { () throws(PostgresError) in try Alarm() }

  private init() throws(PostgresError) {
    selector = try PollSelector()
    try DriverThread.start("pgdriver-alarm") { self.run() }
  }

  /// Calls a closure once at an instant, in place of what was set for this owner before.
  func set(
    _ instant: MonotonicInstant, for owner: ObjectIdentifier, _ call: @escaping @Sendable () -> Void
  ) {
    entries.withLock { $0[owner] = Entry(instant: instant, call: call) }
    selector.wake()
  }

  /// Forgets an owner.
  func remove(_ owner: ObjectIdentifier) {
    entries.withLock { $0[owner] = nil }
  }

  private func run() {
    while true {
      let now = MonotonicInstant.now
      let (due, next) = entries.withLock { entries in
        let due = entries.filter { $0.value.instant <= now }
        for owner in due.keys { entries[owner] = nil }
        return (due.values.map(\.call), entries.values.map(\.instant).min())
      }
      for call in due { call() }
      guard due.isEmpty else { continue }
      selector.select(milliseconds: next.map { now.milliseconds(until: $0) } ?? -1) { _, _ in }
    }
  }
}
