import PGStatistics
package import PGSystem

/// How many operations are to begin in a second, whether or not those before them have ended: an open loop.
///
/// A client that begins an operation when the one before has ended, a closed loop, begins none while the
/// server stalls, so that a stall of a second is one slow operation of thousands. Users come all the same
/// (Schroeder, Wierman and Harchol-Balter, "Open versus closed: a cautionary tale", NSDI 2006). In an open
/// loop each operation has an intended start, and its latency counts from there, as in wrk2: a stall is felt
/// by all that should have begun meanwhile, and isn't omitted ("coordinated omission", Tene).
///
/// Each client takes its turn of the operations, one at a time. A block begins with none that waits, so that
/// of a stall which is longer than the rest of its block what comes later is not seen.
public struct ArrivalRate: Sendable, Hashable, Codable {
  /// How the intended starts lie in time.
  public enum Arrivals: String, Sendable, Hashable, Codable {
    /// At equal distances.
    case constant
    /// At random, as many users come who know nothing of each other: the distances have the exponential
    /// distribution.
    case poisson
  }

  /// Operations in a second, of all clients together.
  public let perSecond: Double
  /// How the intended starts lie in time.
  public let arrivals: Arrivals

  /// Makes a rate; one that isn't from 1 to 1,000,000 fails the case.
  public init(perSecond: Double, arrivals: Arrivals = .constant) {
    self.perSecond = perSecond
    self.arrivals = arrivals
  }

  /// Why operations can't come at this rate; nil if they can.
  ///
  /// - Parameter clients: How many share it.
  package func problem(clients: Int = 1) -> String? {
    guard (1...1_000_000).contains(perSecond) else {
      return "\(perSecond) operations in a second are not from 1 to 1,000,000"
    }
    return Double(clients) <= perSecond * 10
      ? nil : "of \(clients) clients each would begin an operation in more than ten seconds only"
  }

  /// Nanoseconds from one intended start to the next, in the mean.
  package var distance: Double { 1e9 / perSecond }

  /// When operations are to begin, in nanoseconds from the first, which begins at 0.
  ///
  /// - Parameter seed: What random distances follow from. Blocks of one round have the same, so that all
  ///   variants get the same arrivals.
  package func starts(of operations: Int, seed: Seed) -> [Int] {
    guard arrivals == .poisson else { return (0..<operations).map { Int(Double($0) * distance) } }
    var generator = seed.generator
    var start = 0.0
    return (0..<operations).map { number in
      // 53 random bits are a number from 0 up to but not including 1.
      if number > 0 { start -= Elementary.log(1 - Double(generator.next() >> 11) * 0x1p-53) * distance }
      return Int(start)
    }
  }
}

extension ArrivalRate: CustomStringConvertible {
  /// The rate in words.
  public var description: String {
    "open loop of \(Format.rate(perSecond)) operations per second\(arrivals == .poisson ? ", Poisson" : "")"
  }
}

/// How long a block of an open loop took, and was to take.
package struct Pace: Sendable, Hashable {
  /// Wall time in nanoseconds: from the first intended start to the last operation's end.
  package let wall: Int
  /// Nanoseconds from the first intended start to when the client with the last one was to begin its next.
  package let intended: Int

  /// Records a block's pace.
  package init(wall: Int, intended: Int) {
    self.wall = wall
    self.intended = intended
  }

  /// How long operations went on after the next were to begin.
  fileprivate var overrun: Int { max(0, wall - intended) }
}

/// Whether a variant kept to the rate at which operations were to begin.
package struct HeldRate: Sendable, Hashable {
  /// The share of the rate that was kept, in half of the blocks or more.
  package let share: Double
  /// Whether operations began when they were to, but for stalls.
  package let isHeld: Bool

  /// Judges a variant; nil where it wasn't measured at a rate.
  ///
  /// Where operations come faster than they can be done, ever more of them wait, until the end of the block.
  /// So the rate is held where blocks end when they are to, or little later: by a client's distance from one
  /// start to the next for each ten of its operations, and from ten on by one, or by 3 % of them, up to 30.
  /// Random arrivals come in bunches, so that also in a queue that doesn't grow several may be left; five are
  /// no sign of more. It is the median of the blocks that counts: a stall at the end of some doesn't mean that
  /// the rate can't be held.
  package init?(of series: SampleSet.Series, rate: ArrivalRate?, clients: Int) {
    let paces = series.blocks.compactMap { block in block.pace.map { ($0, block.operations) } }
    guard let rate, let operations = paces.map({ Double($0.1) / Double(max(1, clients)) }).min(),
      let share = Median.of(
        paces.map { Double($0.0.intended) / Double(max(1, $0.0.intended + $0.0.overrun)) }),
      let overrun = Median.of(paces.map { Double($0.0.overrun) })
    else { return nil }
    let allowed = min(30, max(0.03 * operations, min(1, operations / 10)))
    let distances = overrun / (rate.distance * Double(max(1, clients)))
    self.share = share
    isHeld = distances <= (rate.arrivals == .poisson ? max(5, allowed) : allowed)
  }
}

extension Metric {
  /// How long after its intended start an operation began: the time for which it had to wait for its client.
  public static let startLag = Metric("start lag", unit: .nanoseconds)
  /// How many operations missed their intended start, as the one before on their client had not ended.
  public static let missedStarts = Metric("missed starts", unit: .count)
  /// How much later than its client could an operation began: the error of the schedule itself.
  public static let scheduleError = Metric("schedule error", unit: .nanoseconds)
  /// How many operations began more than 5 µs later than their client could: errors of the schedule itself.
  public static let impreciseStarts = Metric("imprecise starts", unit: .count)

  /// What a client uses while it waits for an operation's start as well.
  package static let ofClients: Set<Metric> = [
    .clientCPU, .instructions, .voluntarySwitches, .involuntarySwitches, .clientRunDelay,
  ]

  /// How an open loop kept to its schedule.
  package static let ofSchedule: [Metric] = [.startLag, .missedStarts, .scheduleError, .impreciseStarts]
}
