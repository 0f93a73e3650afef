import PGBenchHost
import PGDriver
import PGMeasuring
import PGSystem

/// When the operations of a case are to begin: at a rate, from a seed.
struct ArrivalSchedule: Sendable {
  let rate: ArrivalRate
  let seed: Seed

  /// How long before its first intended start a block is ordered, in nanoseconds: longer than it takes until
  /// all clients have their orders.
  private static let lead = 300_000

  /// The intended starts of each client's operations in a block, on the clock of all measurements: clients
  /// take turns.
  ///
  /// - Parameter first: The index of the block's first operation, by which blocks differ.
  func starts(of operations: Int, first: Int, clients: Int, waiter: StartWaiter) -> [ClientStarts] {
    let begin = MonotonicClock.now() + Self.lead
    let starts = rate.starts(of: operations, seed: seed.derived(first)).map { begin + $0 }
    return (0..<clients).map { client in
      ClientStarts(
        times: stride(from: client, to: starts.count, by: clients).map { starts[$0] }, waiter: waiter)
    }
  }
}

/// When a client is to begin its operations of a block, and how it waits for that.
struct ClientStarts: Sendable {
  let times: [Int]
  let waiter: StartWaiter
}

/// How a client kept to its intended starts in a block; sums over its operations, in nanoseconds.
struct ClientPace: Sendable {
  /// From the first intended start to the last.
  private let intended: Int
  private var lag = 0
  private var missed = 0
  private var error = 0
  private var late = 0
  /// How long after its intended start the latest operation began.
  private var behind = 0

  init(_ times: [Int]) { intended = (times.last ?? 0) - (times.first ?? 0) }

  /// Notes an operation that begins.
  ///
  /// - Parameter possible: When its client could have begun it, at the earliest.
  fileprivate mutating func note(_ began: Int, intended: Int, possible: Int) {
    behind = began - intended
    lag += behind
    error += began - possible
    if possible > intended { missed += 1 }
    if began - possible > 5000 { late += 1 }
  }

  /// What the blocks of all clients come to, by metric.
  static func usage(_ paces: [ClientPace]) -> [Metric: Double] {
    func sum(_ value: KeyPath<ClientPace, Int>) -> Double {
      Double(paces.reduce(0) { $0 + $1[keyPath: value] })
    }
    return [
      .startLag: sum(\.lag), .missedStarts: sum(\.missed), .scheduleError: sum(\.error),
      .lateStarts: sum(\.late),
    ]
  }

  /// How a block of all clients kept to its schedule.
  static func pace(_ paces: [ClientPace], wall: Int) -> Pace {
    Pace(
      wall: wall, intended: paces.map(\.intended).max() ?? 0, behind: paces.map(\.behind).max() ?? 0)
  }

  /// What a client uses also while it waits for the next start, so that an operation's isn't known.
  static let ofWaiting: Set<Metric> = [
    .clientCPU, .instructions, .voluntarySwitches, .involuntarySwitches, .clientRunDelay,
  ]
}

extension ClientBlock {
  /// Runs operations at their intended starts, or as soon after as the one before them has ended, and times
  /// each from its intended start.
  static func run(
    first: Int, at starts: ClientStarts, _ meter: UsageMeter?, _ operation: (Int) async throws -> Void
  ) async throws -> ClientBlock {
    var latencies: [Int] = []
    latencies.reserveCapacity(starts.times.count)
    var pace = ClientPace(starts.times)
    var usage = meter?.start()
    // The first operation waits for none before it.
    var last = starts.times.first ?? MonotonicClock.now()
    let start = last
    var place = 0
    while place < starts.times.count {
      let intended = starts.times[place]
      let now = place == 0 ? MonotonicClock.now() : last
      let began = now < intended ? try await starts.waiter.wait(until: intended) : now
      pace.note(began, intended: intended, possible: max(intended, last))
      try await operation(first &+ place)
      last = MonotonicClock.now()
      // What began at a reading of the clock may end at the same.
      latencies.append(max(1, last &- intended))
      place &+= 1
    }
    usage?.end()
    return ClientBlock(start: start, end: last, latencies: latencies, usage: usage, pace: pace)
  }
}
