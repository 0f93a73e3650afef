/// What became of a gate in a case, and the figures that decided it.
public struct GateOutcome: Sendable, Hashable {
  /// The figures that a gate was decided from.
  public struct Figures: Sendable, Hashable {
    /// The gated variant and its reference.
    public let pair: VariantPair

    /// The median latency of an operation of the variant.
    public let variantMedian: Duration

    /// The median latency of an operation of the reference.
    public let referenceMedian: Duration

    /// How far the variant may be off.
    public let tolerance: Tolerance

    /// The paired ratio of the times per operation, variant ÷ reference.
    public let estimate: RatioEstimate

    /// Records the figures of a decision.
    public init(
      pair: VariantPair, variantMedian: Duration, referenceMedian: Duration, tolerance: Tolerance,
      estimate: RatioEstimate
    ) {
      self.pair = pair
      self.variantMedian = variantMedian
      self.referenceMedian = referenceMedian
      self.tolerance = tolerance
      self.estimate = estimate
    }
  }

  /// The gate in words.
  public let gate: String

  /// The decision.
  public let verdict: Verdict

  /// What it was made from; nil when the gate was not evaluated.
  public let figures: Figures?

  /// Records an outcome.
  public init(gate: String, verdict: Verdict, figures: Figures? = nil) {
    self.gate = gate
    self.verdict = verdict
    self.figures = figures
  }
}

extension GateOutcome: CustomStringConvertible {
  /// The outcome as a message that can be acted on: the gate, both medians, the ratio, its interval, the
  /// tolerance, and what all that rests on.
  public var description: String {
    let heading =
      switch verdict {
      case .passed: "Gate kept: \(gate)."
      case .failed: "Gate failed: \(gate)."
      case .notEvaluated(let reason): "Gate not evaluated: \(gate), but \(reason)."
      }
    guard let figures else { return heading }
    let (variant, reference) = (figures.pair.variant, figures.pair.reference)
    let estimate = figures.estimate
    let interval = Format.ratioInterval(estimate)
    return """
      \(heading) \
      Median per operation: \(variant) \(Format.duration(figures.variantMedian)), \
      \(reference) \(Format.duration(figures.referenceMedian)). \
      Paired time ratio \(variant) ÷ \(reference): \(Format.ratio(estimate)), \
      \(Format.confidence(estimate.confidence)) interval \(interval); \
      tolerance \(figures.tolerance) (at most \(Format.limit(figures.tolerance))). \
      Measured in \(Format.amount(estimate.rounds, "round")) \
      over \(Format.amount(estimate.sessions, "session")).
      """
  }
}
