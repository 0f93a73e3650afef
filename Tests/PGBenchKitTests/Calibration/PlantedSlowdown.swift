import PGBenchKit
import Synchronization

/// Busy waiting for a share of the operation's own time, right after it.
final class PlantedSlowdown: Sendable {
  private let share: Double
  private let worked = Atomic(0)
  private let waited = Atomic(0)

  init(share: Double) { self.share = share }

  /// Waits for the share of what has passed since the operation's start.
  func wait(since start: Int) {
    let end = MonotonicClock.now()
    let until = end + Int(share * Double(end - start))
    var now = end
    while now < until { now = MonotonicClock.now() }
    worked.add(end - start, ordering: .relaxed)
    waited.add(now - end, ordering: .relaxed)
  }

  /// The slowdown that was really planted: a reading of the clock makes it a little more than the share.
  var actual: Double {
    let worked = worked.load(ordering: .relaxed)
    return worked > 0 ? Double(waited.load(ordering: .relaxed)) / Double(worked) : 0
  }
}
