/// Decides gates from figures, knowing nothing of tests or reports.
public enum GateDecision {
  /// Holds an estimate of variant ÷ reference against a gate.
  ///
  /// The gate fails when the whole interval lies beyond the tolerance: when the measurement shows, with its
  /// confidence, that the limit was exceeded.
  public static func decide(_ gate: Gate, estimate: RatioEstimate) -> Verdict {
    switch gate {
    case .notSlower(_, _, let tolerance):
      estimate.low > tolerance.greatestRatio ? .failed : .passed
    }
  }

  /// Decides a gate from a case's analysis.
  public static func decide(_ gate: Gate, in analysis: Analysis) -> GateOutcome {
    let pair = gate.pair
    guard let estimate = analysis.estimate(of: pair),
      let variant = analysis[pair.variant], let reference = analysis[pair.reference]
    else {
      let reason = analysis.missing.first { $0.pair == pair || $0.pair == pair.swapped }?.reason
      return GateOutcome(
        gate: gate.description,
        verdict: .notEvaluated(
          reason: reason ?? "\(pair.variant) was not compared with \(pair.reference): ask for that pair"))
    }
    return GateOutcome(
      gate: gate.description,
      verdict: decide(gate, estimate: estimate),
      figures: GateOutcome.Figures(
        pair: pair, variantMedian: variant.latency.p50, referenceMedian: reference.latency.p50,
        tolerance: gate.tolerance, estimate: estimate))
  }
}
