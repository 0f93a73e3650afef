import Synchronization

/// Calls pools when their time has come: one thread for the process, asleep in between.
///
/// A thread of its own, for time-outs must ring even if every thread of Swift's executor is blocked. What rings
/// must not block.
final class PoolAlarm: Sendable {
  private struct Entry {
    let instant: ContinuousClock.Instant
    let ring: @Sendable () -> Void
  }

  private let selector: PollSelector
  private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

  /// The alarm that all pools share.
  static func common() throws(PostgresError) -> PoolAlarm { try commonAlarm.get() }

  private static let commonAlarm = Result { () throws(PostgresError) in try PoolAlarm() }

  private init() throws(PostgresError) {
    selector = try PollSelector()
    try OSThread.start { self.run() }
  }

  /// Rings once at an instant, in place of what was set for this pool before.
  func set(
    _ instant: ContinuousClock.Instant, for pool: ObjectIdentifier, _ ring: @escaping @Sendable () -> Void
  ) {
    entries.withLock { $0[pool] = Entry(instant: instant, ring: ring) }
    selector.wake()
  }

  /// Forgets a pool.
  func remove(_ pool: ObjectIdentifier) {
    entries.withLock { $0[pool] = nil }
  }

  private func run() {
    while true {
      let now = ContinuousClock.now
      let (due, next) = entries.withLock { entries in
        let due = entries.filter { $0.value.instant <= now }
        for pool in due.keys { entries[pool] = nil }
        return (due.values.map(\.ring), entries.values.map(\.instant).min())
      }
      for ring in due { ring() }
      guard due.isEmpty else { continue }
      selector.select(milliseconds: next.map { now.milliseconds(until: $0) } ?? -1) { _ in }
    }
  }
}
