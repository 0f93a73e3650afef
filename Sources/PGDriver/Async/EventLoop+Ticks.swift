import PGSystem
import Synchronization

// Deadlines, and waits that last, by ticks of the alarm's thread while there are waits that need them.
//
// A time-out of the loop's own wait would make every wait cost more: the kernel sets and cancels a
// timer each time.
extension EventLoop {
  /// How often waits are looked at: how late a deadline may be met, and how soon a wait is a long one.
  private static var tick: Duration { .milliseconds(10) }

  /// Sees to it that a wait which has begun, with a deadline or as a quick one, is looked at in time.
  func watchOverWaits(until deadline: MonotonicInstant?) {
    guard !isTicking.load(ordering: .relaxed), !isTicking.exchange(true, ordering: .sequentiallyConsistent)
    else { return }
    let next = MonotonicInstant.now + Self.tick
    setAlarm(deadline.map { min($0, next) } ?? next)
  }

  private func setAlarm(_ instant: MonotonicInstant) {
    alarm.set(instant, for: ObjectIdentifier(self)) { [weak self] in self?.lookAtWaits() }
  }

  private func lookAtWaits() {
    // First, so that a wait that begins from now on sets the alarm itself.
    isTicking.store(false, ordering: .sequentiallyConsistent)
    let now = MonotonicInstant.now
    let tick = now + Self.tick
    let next = shared.withLock { $0.waiters.compactMap { $0 } }.compactMap { $0.tick(now, next: tick) }.min()
    guard let next else { return }
    if next <= tick { return watchOverWaits(until: next) }
    guard !isTicking.load(ordering: .sequentiallyConsistent) else { return }
    setAlarm(next)
    // A wait that began meanwhile may have had its alarm replaced by the later one.
    if isTicking.load(ordering: .sequentiallyConsistent) { setAlarm(tick) }
  }
}
