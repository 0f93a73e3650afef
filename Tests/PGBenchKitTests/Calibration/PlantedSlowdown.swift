import PGBenchKit
import PGSystem

/// Busy waiting for a share of the operation's own time, right after it.
///
/// Of several clients on one CPU an operation also waits while those of the others run: its own time is what passes divided by the
/// number of clients.
///
/// An operation that was interrupted is slowed for a share of twice the usual time at most. The truth is that of the operations up to
/// the 95th percentile: the slower ones are cut down to it by the kit's comparison, whatever was planted in them.
final class PlantedSlowdown: Sendable {
  private struct State {
    var worked: [Int] = []
    var waited: [Int] = []
    /// A running estimate of the median: a step up or down with each operation.
    var usual = 0
  }

  private let share: Double
  private let clients: Int
  private let allocates: Bool
  private let state = Lock(State())

  /// - Parameter allocates: Whether each operation allocates once more as well.
  init(share: Double, allocates: Bool = false, clients: Int = 1) {
    self.share = share / Double(clients)
    self.clients = clients
    self.allocates = allocates
    state.withLock {
      $0.worked.reserveCapacity(1 << 18)
      $0.waited.reserveCapacity(1 << 18)
    }
  }

  /// Waits for the share of what has passed since the operation's start.
  func wait(since start: Int) {
    if allocates { blackHole([start]) }
    let end = MonotonicClock.now()
    let worked = end - start
    let usual = state.withLock { state in
      state.usual =
        state.usual == 0 ? worked : state.usual + (worked > state.usual ? 1 : -1) * max(1, state.usual / 64)
      return state.usual
    }
    // What has passed since the end is this bookkeeping's: part of the operation in a variant that isn't slowed as well.
    let begin = MonotonicClock.now()
    let until = begin + Int(share * Double(min(worked, 2 * usual)))
    var now = begin
    while now < until { now = MonotonicClock.now() }
    state.withLock {
      $0.worked.append(begin - start)
      $0.waited.append(now - begin)
    }
  }

  /// The slowdown that was really planted: a reading of the clock makes it a little more than the share.
  var actual: Double {
    state.withLock { state in
      let sorted = state.worked.sorted()
      guard let edge = sorted.isEmpty ? nil : sorted[sorted.count * 95 / 100] else { return 0 }
      let usual = zip(state.worked, state.waited).filter { $0.0 <= edge }
      return Double(clients * usual.reduce(0) { $0 + $1.1 }) / Double(usual.reduce(0) { $0 + $1.0 })
    }
  }
}
