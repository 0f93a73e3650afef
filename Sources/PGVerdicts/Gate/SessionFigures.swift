package import PGMeasuring
import PGStatistics

/// What each session says of a quantity of a variant: the values that a gate's interval is made of.
///
/// Operations of one connection, and blocks of one session, are not independent of each other; sessions are.
package enum SessionFigures {
  /// The fewest groups of sessions that a percentile is taken from, so that they have a spread.
  package static let fewestGroups = 4

  /// The values, one for each session, in the quantity's unit.
  ///
  /// A percentile needs so many samples (`Percentile.samplesNeeded`) that neighbouring sessions may have to
  /// be taken together.
  ///
  /// - Parameter comparable: The variant's blocks as they are compared: winsorised.
  package static func values(
    of quantity: Quantity, in series: SampleSet.Series, comparable: [Block]
  ) throws(GateRefusal) -> [Double] {
    switch quantity {
    case .time:
      return comparable.sessions.compactMap { Median.of($0.compactMap(\.timePerOperation)) }
    case .latency(let percentile): return try percentiles(percentile, in: series)
    case .metric(let metric):
      if let reason = series.unusable[metric] { throw notAvailable(metric, reason) }
      let values = series.blocks.sessions.compactMap {
        MetricEstimate.perOperation(metric, in: Array($0))
      }
      guard values.isEmpty else { return values }
      return try attributed(metric, in: series)
    }
  }

  private static func percentiles(
    _ percentile: Percentile, in series: SampleSet.Series
  ) throws(GateRefusal) -> [Double] {
    var groups: [Double] = []
    var group: [Int] = []
    var rest = series.latencies[...]
    for session in series.blocks.sessions {
      let operations = session.reduce(0) { $0 + $1.operations }
      group += rest.prefix(operations)
      rest = rest.dropFirst(operations)
      guard group.count >= percentile.samplesNeeded else { continue }
      groups.append(Double(RadixSort.sorted(group)[percentile.rank(of: group.count)]))
      group = []
    }
    guard groups.count >= fewestGroups else {
      throw GateRefusal(
        reason: """
          a \(percentile.label) wants at least \(Format.count(percentile.samplesNeeded)) samples in each of \
          \(fewestGroups) groups of sessions, and \(Format.count(series.latencies.count)) were taken in all: give the \
          case a longer budget or more operations, or gate a lower percentile
          """)
    }
    return groups
  }

  private static func notAvailable(_ metric: Metric, _ reason: String) -> GateRefusal {
    GateRefusal(
      reason: "\(metric) is not available here, \(reason): gate another metric, or on another machine")
  }

  /// A metric that was taken once, after the measurement: a count is exact, and of anything else it isn't
  /// known how far it is off.
  private static func attributed(
    _ metric: Metric, in series: SampleSet.Series
  ) throws(GateRefusal) -> [Double] {
    guard let summary = series.attribution.first(where: { $0.metric == metric }) else {
      throw GateRefusal(
        reason: "\(metric) was not measured of \(series.variant): add a .metric(\"\(metric)\") trait")
    }
    switch summary.outcome {
    case .notAvailable(let reason):
      throw notAvailable(metric, reason)
    case .value(let value) where metric.isCounted: return [value, value]
    case .value:
      throw GateRefusal(
        reason: """
          \(metric) is taken once in a case and has no interval: gate \(Metric.clientCPU), \(Metric.serverCPU) or the \
          time instead
          """)
    }
  }
}
