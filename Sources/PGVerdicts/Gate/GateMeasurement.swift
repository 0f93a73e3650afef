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
    /// By how much a figure is above the reference's, in the quantity's unit.
    case difference
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
  /// bound is kept has the rate of misses. What is better than another, where the two were never the same,
  /// has not improved.
  package func verdict(_ rates: ErrorRates, expectingNoChange: Bool = true) -> Verdict {
    let claim = estimate.margin(errorRate: rates.falseAlarm)
    if estimate.value - claim > limit { return .regressed }
    if let improvement, estimate.value + claim < improvement {
      return expectingNoChange ? .improved : .withinTolerance
    }
    return estimate.value + estimate.margin(errorRate: rates.miss) <= limit ? .withinTolerance : .inconclusive
  }

  /// The bound, with what is lost where a figure that equals it is computed in another way.
  private var limit: Double { bound + abs(bound) * 1e-12 }

  /// Whether what could not be decided may well be beyond the bound: where no change is expected, because it
  /// is nearer to the bound than to none.
  package func isSuspicious(expectingNoChange: Bool = true) -> Bool {
    switch scale {
    case .logRatio, .difference:
      estimate.value > (expectingNoChange ? bound / 2 : bound) && estimate.value > 0
    case .absolute: estimate.value > bound
    }
  }

  /// The ratio or the figure that a value on the scale stands for.
  package func unscaled(_ value: Double) -> Double {
    switch scale {
    case .logRatio: Elementary.ratio(ofLog: value)
    case .absolute: value
    case .difference: reference + value
    }
  }

  /// The smallest excess over the bound that would have been called a regression in nine of ten such
  /// measurements.
  ///
  /// A fraction of what is allowed: 0.01 when the bound must be exceeded by 1 %.
  package func smallestDetectable(_ rates: ErrorRates) -> Double? {
    let reach = estimate.detectable(errorRate: rates.falseAlarm, power: 0.9)
    switch scale {
    case .logRatio: return Elementary.ratio(ofLog: reach) - 1
    case .absolute, .difference: return bound > 0 ? reach / bound : nil
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
        of: gate.quantity, in: series, comparable: comparable[variant] ?? [],
        slowFrom: gate.quantity == .slowOperations ? try Self.slowest(gate, in: samples) : nil)
    }
    func logRatio(to reference: Variant) throws(GateRefusal) -> (SessionEstimate, [Double], [Double]) {
      let (own, others) = (try values(variant), try values(reference))
      if gate.quantity == .time {
        // Neighbours in time, round by round: what drifts within a session is in both.
        let logs = comparable.sessionLogRatios(of: variant, against: reference)
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
    case .reference(let reference, let tolerance) where gate.quantity.comparison == .difference:
      let (own, others) = (try values(variant), try values(reference))
      let middle = Self.middle(others)
      self.init(
        scale: .difference, estimate: try SessionEstimate(of: zip(own, others).map { $0 - $1 }),
        bound: (tolerance ?? .percent(0)).greatestDifference(from: middle), improvement: nil,
        figure: Self.middle(own), reference: middle)
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

  /// From which latency on an operation is slow: the reference's own 99th percentile, and what an operation
  /// may be slower at all.
  ///
  /// So a change that the typical time may show is none of the slow operations'.
  private static func slowest(_ gate: Gate, in samples: SampleSet) throws(GateRefusal) -> Double {
    guard let reference = gate.reference, let latencies = samples[reference]?.latencies,
      latencies.count >= Percentile.p99.samplesNeeded
    else {
      throw GateRefusal(
        reason: """
          slow operations are told by the reference's p99, which takes \
          \(Format.count(Percentile.p99.samplesNeeded)) operations at least: give the case a longer budget
          """)
    }
    let sorted = RadixSort.sorted(latencies)
    return Double(sorted[Percentile.p99.rank(of: sorted.count)]) * SlowOperations.factor(gate.tolerance)
  }

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
