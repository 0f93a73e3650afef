package import PGMeasuring
import PGStatistics

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
          sessions without any \(quantity) have no ratio to those of \(reference): give an absolute limit, with atMost
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
