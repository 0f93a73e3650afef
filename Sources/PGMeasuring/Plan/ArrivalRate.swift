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

  /// The most operations in a second.
  package static let greatest = 1_000_000.0

  /// Makes a rate; one that isn't from 1 to 1,000,000 fails the case.
  public init(perSecond: Double, arrivals: Arrivals = .constant) {
    self.perSecond = perSecond
    self.arrivals = arrivals
  }

  /// Why operations can't come at this rate; nil if they can.
  ///
  /// - Parameter clients: How many share it.
  package func problem(clients: Int = 1) -> String? {
    guard (1...Self.greatest).contains(perSecond) else {
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
