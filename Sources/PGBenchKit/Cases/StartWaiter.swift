import PGDriver
import PGMeasuring
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

  /// How long a thread is blocked at once, in nanoseconds, until it looks whether its task is cancelled.
  private static let longestSleep = 100_000_000

  /// - Parameter driver: Whose clients wait. Of one that isn't the kit's it isn't known whether its threads may
  ///   be blocked.
  init<Driver: BenchmarkDriver>(_ driver: Driver, on runtime: Driver.Runtime, clients: Int) {
    let ownThreads = (runtime as? BlockingExecutor).map { $0.threads >= clients } ?? false
    if clients == 1, ownThreads || driver is AsyncDriver {
      way = .alone
    } else {
      way = ownThreads ? .blocking : .suspending
    }
  }

  /// The metrics of a block that waiting takes part in.
  var uses: Set<Metric> {
    // A task that is suspended for a time allocates.
    way == .suspending
      ? Metric.ofClients.union([.allocations, .allocatedBytes, .residentGrowth]) : Metric.ofClients
  }

  /// Waits until a time on the clock of all measurements.
  ///
  /// - Returns: The time when it ended.
  /// - Throws: `CancellationError`.
  func wait(until start: Int) async throws -> Int {
    switch way {
    case .alone: try sleep(until: start - Self.lastOfTheTime)
    case .blocking: try sleep(until: start)
    case .suspending:
      let left = start - MonotonicClock.now()
      if left > 0 { try await Task.sleep(for: .nanoseconds(left), tolerance: .zero) }
    }
    var now = MonotonicClock.now()
    while now < start { now = MonotonicClock.now() }
    return now
  }

  private func sleep(until end: Int) throws {
    var left = end - MonotonicClock.now()
    while left > 0 {
      OSThread.sleep(nanoseconds: min(left, Self.longestSleep))
      try Task.checkCancellation()
      left = end - MonotonicClock.now()
    }
  }
}
