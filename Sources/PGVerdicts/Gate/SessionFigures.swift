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
  /// - Parameter slowest: From how many nanoseconds on an operation is slow.
  package static func values(
    of quantity: Quantity, in series: SampleSet.Series, comparable: [Block], slowFrom slowest: Double? = nil
  ) throws(GateRefusal) -> [Double] {
    switch quantity {
    case .time:
      return comparable.sessions.compactMap { Median.of($0.compactMap(\.timePerOperation)) }
    case .wholeTime: return series.wholeTimes
    case .slowOperations: return SlowOperations.ofEachThousand(in: series, from: slowest ?? .infinity)
    case .connecting: return series.openings.map { Double(max(1, $0)) }
    case .firstOperation: return series.firstOperations.map { Double(max(1, $0)) }
    case .slowSessions, .disturbedBlocks:
      throw GateRefusal(
        reason: "\(quantity) can only be held against those of another variant in the same rounds")
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
          a \(percentile.label) wants at least \(Format.count(percentile.samplesNeeded)) samples in each \
          of \(fewestGroups) groups of sessions, and \(Format.count(series.latencies.count)) were taken in \
          all: give the case a longer budget or more operations, or gate a lower percentile
          """, isOfTooFew: true)
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
          \(metric) is taken once in a case and has no interval: gate \(Metric.clientCPU), \
          \(Metric.serverCPU) or the time instead
          """)
    }
  }
}

/// The time of all operations of a session, or of some sessions, and how many they are.
struct SessionSum: Hashable {
  /// Nanoseconds.
  private(set) var elapsed = 0
  private(set) var operations = 0

  /// Several in one.
  static func all(_ sums: [SessionSum]) -> SessionSum {
    sums.reduce(into: SessionSum()) { $0.add($1.elapsed, $1.operations) }
  }

  mutating func add(_ elapsed: Int, _ operations: Int) {
    self.elapsed += elapsed
    self.operations += operations
  }

  func without(_ other: SessionSum) -> SessionSum {
    SessionSum(elapsed: elapsed - other.elapsed, operations: operations - other.operations)
  }

  /// The mean time of an operation, in nanoseconds; nil of none.
  var mean: Double? { operations > 0 && elapsed > 0 ? Double(elapsed) / Double(operations) : nil }
}

extension SampleSet.Series {
  /// What all operations of each session took, by its number: those that are compared, and those that ran
  /// besides.
  var sessionSums: [Int: SessionSum] {
    (blocks + uncompared).reduce(into: [:]) { sums, block in
      sums[block.session, default: SessionSum()].add(block.elapsed, block.operations)
    }
  }

  /// What each session's figure is the mean of, by the session's number; nil of a quantity that is no time of a
  /// whole session.
  func sums(of quantity: Quantity) -> [Int: SessionSum]? {
    func each(_ times: [Int]) -> [Int: SessionSum] {
      Dictionary(
        uniqueKeysWithValues: times.enumerated().map { ($0, SessionSum(elapsed: $1, operations: 1)) })
    }
    return switch quantity {
    case .wholeTime: sessionSums
    case .connecting: each(openings)
    case .firstOperation: each(firstOperations)
    default: nil
    }
  }

  /// The mean time of all operations of each session, nothing cut down and nothing left out; of a single
  /// session, that of each block.
  package var wholeTimes: [Double] {
    if blocks.sessions.count == 1 { return blocks.compactMap(\.timePerOperation) }
    return sessionSums.sorted { $0.key < $1.key }.compactMap(\.value.mean)
  }
}

/// How many operations are slow.
package enum SlowOperations {
  /// How many times the reference's 99th percentile a slow operation takes: as much as all operations may
  /// take, and 1.05 at least.
  package static func factor(_ tolerance: Tolerance?) -> Double { max(1.05, tolerance?.greatestRatio ?? 1) }

  /// Of each session, how many of a thousand operations take longer than a latency in nanoseconds.
  package static func ofEachThousand(in series: SampleSet.Series, from latency: Double) -> [Double] {
    var rest = series.latencies[...]
    let sessions = series.blocks.sessions
    let parts = sessions.count == 1 ? series.blocks.map { [$0][...] } : sessions
    return parts.compactMap { session in
      let operations = session.reduce(0) { $0 + $1.operations }
      let own = rest.prefix(operations)
      rest = rest.dropFirst(operations)
      return own.isEmpty ? nil : 1000 * Double(own.count { Double($0) > latency }) / Double(own.count)
    }
  }
}
