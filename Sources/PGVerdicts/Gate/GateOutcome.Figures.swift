public import PGMeasuring
public import PGStatistics

extension GateOutcome {
  /// The figures that a gate was decided from.
  public struct Figures: Sendable, Hashable, Codable {
    /// The gated variant.
    public let variant: Variant
    /// The gated quantity, such as `time`, `p99` or `allocations`.
    public let quantity: String
    /// What the figures are counted in.
    public let unit: Metric.Unit
    /// What the variant is held against, in words: a variant, `the baseline`, `the limit`.
    public let reference: String
    /// The variant's figure, in the unit: the median over the sessions.
    public let variantFigure: Double
    /// The figure that it is held against.
    public let referenceFigure: Double
    /// Whether `estimate` and the bounds are ratios, or figures in the unit.
    public let isRatio: Bool
    /// The estimate that was held against the bound.
    public let estimate: Double
    /// The lower end of its interval, of `confidence`.
    public let low: Double
    /// The upper end of its interval.
    public let high: Double
    /// The confidence of the interval.
    public let confidence: Double
    /// The greatest value that the gate allows.
    public let bound: Double
    /// What the estimate is at least, with the gate's own rate of false alarms: above the bound, it
    /// regressed.
    public let atLeast: Double
    /// What the estimate is at most, with the gate's own rate of misses: not above the bound, it was kept.
    public let atMost: Double
    /// The error rates of this look.
    public let rates: ErrorRates
    /// The tolerance; nil where the gate has a limit.
    public let tolerance: Tolerance?
    /// The smallest excess over the bound that nine of ten such measurements would have shown: a fraction of
    /// it.
    public let smallestDetectableExcess: Double?
    /// How many sessions, or groups of them, the estimate rests on.
    public let sessions: Int
    /// How many rounds.
    public let rounds: Int
    /// At which of the planned looks it was decided, from 1.
    public let look: Int
    /// How many looks were planned.
    public let looks: Int
  }
}

extension GateOutcome.Figures {
  package init(
    _ gate: Gate, _ variant: Variant, _ measurement: GateMeasurement, _ rates: ErrorRates, rounds: Int,
    look: Int, looks: Int
  ) {
    let estimate = measurement.estimate
    let confidence = 0.95
    let margin = estimate.margin(errorRate: (1 - confidence) / 2)
    let reference: String =
      switch gate.bound {
      case .reference(let reference, _): reference.name
      case .limit: "the limit"
      case .baseline: "the baseline"
      case .baselineRatio(let reference, _): "\(reference) and the baseline's ratio"
      }
    self.init(
      variant: variant, quantity: gate.quantity.description, unit: gate.quantity.unit, reference: reference,
      variantFigure: measurement.figure, referenceFigure: measurement.reference,
      isRatio: measurement.scale == .logRatio, estimate: measurement.unscaled(estimate.value),
      low: measurement.unscaled(estimate.value - margin), high: measurement.unscaled(estimate.value + margin),
      confidence: confidence, bound: measurement.unscaled(measurement.bound),
      atLeast: measurement.unscaled(estimate.value - estimate.margin(errorRate: rates.falseAlarm)),
      atMost: measurement.unscaled(estimate.value + estimate.margin(errorRate: rates.miss)), rates: rates,
      tolerance: gate.tolerance, smallestDetectableExcess: measurement.smallestDetectable(rates),
      sessions: estimate.sessions, rounds: rounds, look: look, looks: looks)
  }
}
