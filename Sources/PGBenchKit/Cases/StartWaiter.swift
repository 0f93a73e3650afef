import PGDriver
import PGSystem

/// How a client of an open loop waits for an operation's intended start.
struct StartWaiter: Sendable {
  /// What a wait may do to the thread that it is on.
  private enum Way {
    /// Blocks it, and looks at the clock without a break through the last of the time: nobody else needs the
    /// thread, or the CPU that it is on.
    case alone
    /// Blocks it: nobody else needs the thread, but the CPU is others' as well.
    case blocking
    /// Leaves it to other tasks.
    case suspending
  }

  private let way: Way

  /// How long before the start the clock is looked at without a break, in nanoseconds: longer than it mostly
  /// takes to wake a thread.
  private static let lastOfTheTime = 100_000

  /// - Parameter runtime: What the clients run on. Of threads that aren't the kit's own it isn't known whether
  ///   they may be blocked.
  init(on runtime: any BenchmarkRuntime, clients: Int) {
    switch runtime {
    case is BlockingExecutor: way = clients == 1 ? .alone : .blocking
    case is EventLoop where clients == 1: way = .alone
    default: way = .suspending
    }
  }

  /// Waits until a time on the clock of all measurements.
  ///
  /// - Returns: The time when it ended.
  /// - Throws: `CancellationError`.
  func wait(until start: Int) async throws -> Int {
    switch way {
    case .alone: OSThread.sleep(until: start - Self.lastOfTheTime)
    case .blocking: OSThread.sleep(until: start)
    case .suspending:
      let left = start - MonotonicClock.now()
      if left > 0 { try await Task.sleep(for: .nanoseconds(left), tolerance: .zero) }
    }
    try Task.checkCancellation()
    var now = MonotonicClock.now()
    while now < start { now = MonotonicClock.now() }
    return now
  }
}
