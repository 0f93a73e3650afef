package import PGStatistics

/// What a rate must hold, of which a case looks for the highest: a percentile of the latencies within a limit.
package struct RateGoal: Sendable, Hashable, Codable {
  /// Which percentile.
  package let percentile: Percentile
  /// The most that it may be, in nanoseconds.
  package let limit: Int
  /// How the intended starts lie in time.
  package let arrivals: ArrivalRate.Arrivals

  /// Makes a goal.
  package init(_ percentile: Percentile, atMost limit: Duration, arrivals: ArrivalRate.Arrivals = .constant) {
    self.percentile = percentile
    self.limit = limit.wholeNanoseconds
    self.arrivals = arrivals
  }

  /// How long operations come at a rate before it is said to hold, at least.
  static let leastProbe = Duration.milliseconds(250)

  /// How long that may take at most: at rates so low that the percentile takes longer, none is looked for.
  static let longestProbe = Duration.seconds(10)

  /// The longest latency that may be asked for, since a client that is later than this gives up.
  private static let greatestLimit = 10_000_000_000

  /// Why no rate can be found; nil if one can.
  package var problem: String? {
    (1...Self.greatestLimit).contains(limit)
      ? nil : "\(Format.duration(.nanoseconds(limit))) is not above 0, and at most 10 s"
  }

  /// How many operations tell whether a rate holds: so many that the percentile is worth believing, and as
  /// many as come in a quarter of a second; of each client as many as of the others.
  package func operations(perSecond: Double, clients: Int) -> Int {
    let seconds = Double(Self.leastProbe.wholeNanoseconds) / 1e9
    let wanted = max(Double(percentile.samplesNeeded), perSecond * seconds)
    return (Int(wanted.rounded(.up)) + clients - 1) / clients * clients
  }

  /// The lowest rate that is tried.
  package func lowest(clients: Int) -> Double {
    let seconds = Double(Self.longestProbe.wholeNanoseconds) / 1e9
    return max(1, Double(max(percentile.samplesNeeded, clients)) / seconds)
  }
}

extension RateGoal: CustomStringConvertible {
  /// Such as `p99 at most 5.00 ms`.
  package var description: String { "\(percentile.label) at most \(Format.duration(.nanoseconds(limit)))" }
}
