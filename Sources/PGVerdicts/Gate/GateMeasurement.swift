package import PGMeasuring
package import PGStatistics

/// A gate's figure with its error and its bound, on one scale: what a verdict is made of.
package struct GateMeasurement: Hashable {
  /// What the figure is.
  package enum Scale: Hashable {
    /// The logarithm of a ratio.
    case logRatio
    /// A figure in the quantity's unit.
    case absolute
  }

  package let scale: Scale
  package let estimate: SessionEstimate
  /// The greatest value that the gate allows.
  package let bound: Double
  /// Below this the figure is better by more than the tolerance; nil where nothing says what is better.
  package let improvement: Double?
  /// The gated figure.
  package let figure: Double
  /// What it is held against: the reference's figure, the baseline's, or the limit.
  package let reference: Double

  /// The verdict at error rates.
  ///
  /// Regressed and improved are claims that something has changed, and have the false-alarm rate; that the
  /// bound is kept has the rate of misses.
  package func verdict(_ rates: ErrorRates) -> Verdict {
    let claim = estimate.margin(errorRate: rates.falseAlarm)
    if estimate.value - claim > bound { return .regressed }
    if let improvement, estimate.value + claim < improvement { return .improved }
    return estimate.value + estimate.margin(errorRate: rates.miss) <= bound ? .withinTolerance : .inconclusive
  }

  /// The ratio or the figure that a value on the scale stands for.
  package func unscaled(_ value: Double) -> Double {
    scale == .logRatio ? Elementary.ratio(ofLog: value) : value
  }

  /// The smallest excess over the bound that would have been called a regression in nine of ten such
  /// measurements.
  ///
  /// A fraction of what is allowed: 0.01 when the bound must be exceeded by 1 %.
  package func smallestDetectable(_ rates: ErrorRates) -> Double? {
    let reach = estimate.margin(errorRate: rates.falseAlarm) + estimate.margin(errorRate: 0.1)
    switch scale {
    case .logRatio: return unscaled(reach) - 1
    case .absolute: return bound > 0 ? reach / bound : nil
    }
  }
}

extension GateMeasurement {
  /// Takes from a case's samples what a gate is about.
  ///
  /// - Parameter comparable: The samples' blocks as they are compared: winsorised.
  /// - Parameter baseline: The case in the stored baseline, where the gate needs one.
  package init(
    _ gate: Gate, of variant: Variant, in samples: SampleSet, comparable: [Variant: [Block]],
    baseline: BaselineCase?
  ) throws(GateRefusal) {
    func values(_ variant: Variant) throws(GateRefusal) -> [Double] {
      guard let series = samples[variant] else {
        throw GateRefusal(reason: "the benchmark has no variant \(variant)")
      }
      return try SessionFigures.values(
        of: gate.quantity, in: series, comparable: comparable[variant] ?? [])
    }
    func logRatio(to reference: Variant) throws(GateRefusal) -> (SessionEstimate, [Double], [Double]) {
      let (own, others) = (try values(variant), try values(reference))
      if gate.quantity == .time {
        // Neighbours in time, round by round: what drifts within a session is in both.
        let logs = PairedRatio.sessionLogRatios(
          of: comparable[variant] ?? [], against: comparable[reference] ?? [])
        return (try SessionEstimate(of: logs), own, others)
      }
      return (
        try SessionEstimate(of: Self.logRatios(own, others, gate.quantity, reference)), own, others
      )
    }
    switch gate.bound {
    case .limit(let limit):
      let own = try values(variant)
      self.init(
        scale: .absolute, estimate: try SessionEstimate(of: own), bound: limit, improvement: nil,
        figure: Self.middle(own), reference: limit)
    case .reference(let reference, let tolerance):
      let (estimate, own, others) = try logRatio(to: reference)
      self.init(
        estimate, tolerance ?? .percent(0), figure: Self.middle(own), reference: Self.middle(others))
    case .baseline(let tolerance):
      let own = try values(variant)
      let stored = try Self.stored(gate.quantity, of: variant, in: baseline)
      let logs = try Self.logRatios(
        own, own.map { _ in stored.value }, gate.quantity, Variant("the baseline"))
      self.init(
        try SessionEstimate(of: logs).minus(stored.logarithm), tolerance ?? .percent(0),
        figure: Self.middle(own), reference: stored.value)
    case .baselineRatio(let reference, let tolerance):
      let (estimate, own, others) = try logRatio(to: reference)
      guard let stored = baseline?.ratio(of: variant, to: reference) else {
        throw GateRefusal(reason: "the baseline has no ratio of \(variant) to \(reference): save it anew")
      }
      // Seen from the reference, so that both figures are of this machine.
      self.init(
        estimate.minus(stored.logRatio), tolerance ?? .percent(0),
        figure: Self.middle(own), reference: Self.middle(others) * stored.value)
    }
  }

  private init(
    _ estimate: SessionEstimate, _ tolerance: Tolerance, figure: Double, reference: Double
  ) {
    let greatest = Elementary.log(tolerance.greatestRatio(to: reference))
    self.init(
      scale: .logRatio, estimate: estimate, bound: greatest, improvement: min(-greatest, greatest),
      figure: figure, reference: reference)
  }

  private static func middle(_ values: [Double]) -> Double { Median.of(values) ?? 0 }

  /// The logarithms of the sessions' ratios; all 0 where neither side has any.
  private static func logRatios(
    _ own: [Double], _ others: [Double], _ quantity: Quantity, _ reference: Variant
  ) throws(GateRefusal) -> [Double] {
    if own.allSatisfy({ $0 == 0 }), others.allSatisfy({ $0 == 0 }) { return own.map { _ in 0 } }
    guard !zip(own, others).contains(where: { $0 <= 0 || $1 <= 0 }) else {
      throw GateRefusal(
        reason: """
          sessions without any \(quantity) have no ratio to those of \(reference): give an absolute limit, \
          with atMost
          """)
    }
    return zip(own, others).map { Elementary.log($0 / $1) }
  }

  private static func stored(
    _ quantity: Quantity, of variant: Variant, in baseline: BaselineCase?
  ) throws(GateRefusal) -> BaselineFigure {
    guard let figure = baseline?.figure(of: quantity, variant: variant) else {
      throw GateRefusal(reason: "the baseline has no \(quantity) of \(variant): save it anew")
    }
    return figure
  }
}

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
          a \(percentile.label) wants at least \(Format.count(percentile.samplesNeeded)) samples in each \
          of \(fewestGroups) groups of sessions, and \(Format.count(series.latencies.count)) were taken in \
          all: give the case a longer budget or more operations, or gate a lower percentile
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
          \(metric) is taken once in a case and has no interval: gate \(Metric.clientCPU), \
          \(Metric.serverCPU) or the time instead
          """)
    }
  }
}
