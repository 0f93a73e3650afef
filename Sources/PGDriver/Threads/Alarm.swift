import PGSystem

/// Calls closures when their time has come: one thread for the process, asleep in between.
///
/// It has a thread of its own, since time-outs must ring even if every thread of Swift's executor is blocked,
/// and since a time-out of an event loop's own wait would cost a timer that the kernel sets and cancels each
/// time. What rings must not block.
final class Alarm: Sendable {
  private struct Entry {
    let instant: MonotonicInstant
    let ring: @Sendable () -> Void
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

  /// Rings once at an instant, in place of what was set for this sleeper before.
  func set(
    _ instant: MonotonicInstant, for sleeper: ObjectIdentifier, _ ring: @escaping @Sendable () -> Void
  ) {
    entries.withLock { $0[sleeper] = Entry(instant: instant, ring: ring) }
    selector.wake()
  }

  /// Forgets a sleeper.
  func remove(_ sleeper: ObjectIdentifier) {
    entries.withLock { $0[sleeper] = nil }
  }

  private func run() {
    while true {
      let now = MonotonicInstant.now
      let (due, next) = entries.withLock { entries in
        let due = entries.filter { $0.value.instant <= now }
        for sleeper in due.keys { entries[sleeper] = nil }
        return (due.values.map(\.ring), entries.values.map(\.instant).min())
      }
      for ring in due { ring() }
      guard due.isEmpty else { continue }
      selector.select(milliseconds: next.map { now.milliseconds(until: $0) } ?? -1) { _, _ in }
    }
  }
}
