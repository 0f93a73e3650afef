import PGStatistics
package import PGSystem

/// How many operations are to begin in a second, whether or not those before them have ended: an open loop.
///
/// A client that begins an operation when the one before has ended, a closed loop, begins none while the
/// server stalls, so that a stall of a second is one slow operation of thousands. Users come all the same
/// (Schroeder, Wierman and Harchol-Balter, "Open versus closed: a cautionary tale", NSDI 2006). In an open
/// loop each operation has an intended start, and its latency counts from there, as in wrk2: a stall is felt
/// by all that should have begun meanwhile, and isn't omitted ("coordinated omission", Tene).
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
  package var problem: String? {
    (1...1_000_000).contains(perSecond)
      ? nil : "\(perSecond) operations in a second are not from 1 to 1,000,000"
  }

  /// When operations are to begin, in nanoseconds from the first, which begins at 0.
  ///
  /// - Parameter seed: What random distances follow from. Blocks of one round have the same, so that all
  ///   variants get the same arrivals.
  package func starts(of operations: Int, seed: Seed) -> [Int] {
    let distance = 1e9 / perSecond
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

/// How a block of an open loop kept to its schedule.
package struct Pace: Sendable, Hashable, Codable {
  /// Wall time of the block in nanoseconds: from its first intended start to the last operation's end.
  package let wall: Int
  /// Nanoseconds from its first intended start to its last.
  package let intended: Int
  /// How long after its intended start the last operation began, in nanoseconds.
  package let behind: Int

  /// Records a block's pace.
  package init(wall: Int, intended: Int, behind: Int) {
    self.wall = wall
    self.intended = intended
    self.behind = behind
  }

  /// The share of the rate at which operations did begin.
  var share: Double { Double(intended) / Double(max(1, intended + behind)) }
}

/// At which rate a variant's operations did begin, where they were to begin at a given one.
package struct HeldRate: Sendable, Hashable {
  /// The share of the rate that was kept, in half of the blocks or more.
  package let share: Double

  /// The share from which a rate is kept.
  ///
  /// The last operation of a block of a hundred may begin when the one before it ends, and still nothing has
  /// piled up.
  package static let leastShare = 0.97

  /// Judges a variant; nil where no rate was asked for.
  ///
  /// The median of the blocks, since a stall at the end of some doesn't mean that the rate can't be held.
  package init?(of series: SampleSet.Series) {
    guard let share = Median.of(series.blocks.compactMap { $0.pace?.share }) else { return nil }
    self.share = share
  }

  /// Whether operations began when they were to, but for stalls.
  package var isHeld: Bool { share >= Self.leastShare }
}

extension Metric {
  /// How long after its intended start an operation began: the time for which it had to wait for its client.
  public static let startLag = Metric("start lag", unit: .nanoseconds)
  /// How many operations had to wait, as the one before on their client had not ended.
  public static let missedStarts = Metric("missed starts", unit: .count)
  /// How much later than its client could an operation began: the error of the schedule itself.
  public static let scheduleError = Metric("schedule error", unit: .nanoseconds)
  /// How many operations began more than 5 µs later than their client could.
  public static let lateStarts = Metric("late starts", unit: .count)

  /// How an open loop kept to its schedule.
  package static let ofSchedule: [Metric] = [.startLag, .missedStarts, .scheduleError, .lateStarts]
}
