import PGBenchHost
import PGDriver
import PGMeasuring
import PGSystem

/// When a client is to begin its operations of a block, and how it waits for that.
struct ClientStarts: Sendable {
  /// On the clock of all measurements.
  let times: [Int]
  /// How long the block of all clients is to take, in nanoseconds (`Pace`).
  let intended: Int
  let waiter: StartWaiter

  /// How long before its first intended start a block is ordered, in nanoseconds: longer than it mostly takes
  /// until some clients have their orders.
  private static let lead = 300_000

  /// How far behind its starts a client may be, in nanoseconds, before there is no use in going on.
  fileprivate var mostBehind: Int { max(10 * intended, 10_000_000_000) }

  /// Each client's of a block at a rate that begins soon: they take turns.
  ///
  /// - Parameter seed: What random arrivals follow from; the same for all variants of a round.
  static func of(
    _ operations: Int, at rate: ArrivalRate, seed: Seed, clients: Int, waiter: StartWaiter
  ) -> [ClientStarts] {
    let begin = MonotonicClock.now() + lead
    let starts = rate.starts(of: operations, seed: seed).map { begin + $0 }
    let intended = (starts.last ?? begin) - begin + Int(rate.distance * Double(clients))
    return (0..<clients).map { client in
      ClientStarts(
        times: stride(from: client, to: starts.count, by: clients).map { starts[$0] }, intended: intended,
        waiter: waiter)
    }
  }
}

/// How a client kept to its intended starts in a block; sums over its operations, in nanoseconds.
struct ClientPace: Sendable {
  /// How long the block of all clients was to take.
  let intended: Int
  private let waiter: StartWaiter
  private var lag = 0
  private var missed = 0
  private var error = 0
  private var imprecise = 0

  fileprivate init(_ starts: ClientStarts) { (intended, waiter) = (starts.intended, starts.waiter) }

  /// Notes an operation that begins.
  ///
  /// - Parameter possible: When its client could have begun it, at the earliest.
  fileprivate mutating func note(_ began: Int, intended: Int, possible: Int) {
    lag += began - intended
    error += began - possible
    if possible > intended { missed += 1 }
    if began - possible > 5000 { imprecise += 1 }
  }

  /// What a block used, with how its clients kept to their starts, and without what waiting took part in.
  static func usage(_ used: [Metric: Double], _ paces: [ClientPace]) -> [Metric: Double] {
    guard let waiter = paces.first?.waiter else { return used }
    func sum(_ value: KeyPath<ClientPace, Int>) -> Double {
      Double(paces.reduce(0) { $0 + $1[keyPath: value] })
    }
    let uses = waiter.uses
    return used.filter { !uses.contains($0.key) }.merging([
      .startLag: sum(\.lag), .missedStarts: sum(\.missed), .scheduleError: sum(\.error),
      .impreciseStarts: sum(\.imprecise),
    ]) { _, own in own }
  }
}

extension ClientBlock {
  /// Runs operations at their intended starts, or as soon after as the one before them has ended, and times
  /// each from its intended start.
  ///
  /// - Throws: `BenchmarkError` when operations take so long that most of them wait for seconds; what an
  ///   operation throws; `CancellationError`.
  static func run(
    first: Int, at starts: ClientStarts, _ meter: UsageMeter?, _ operation: (Int) async throws -> Void
  ) async throws -> ClientBlock {
    var latencies: [Int] = []
    latencies.reserveCapacity(starts.times.count)
    var pace = ClientPace(starts)
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
      guard began &- intended <= starts.mostBehind else {
        throw BenchmarkError(
          """
          it did not hold the rate: operation \(place + 1) of a block began \
          \(Format.duration(.nanoseconds(began - intended))) late. Give .rate fewer operations in a second, or \
          the benchmark more clients
          """)
      }
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
