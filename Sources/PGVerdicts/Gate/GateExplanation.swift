public import PGMeasuring

/// What a reviewer of a failed gate wants to know besides its figures.
package enum GateExplanation {
  /// How noisy the variant was, and what else differs between it and its reference, in sentences.
  ///
  /// - Parameter baseline: The case in the stored baseline, for a gate that is held against it.
  package static func text(_ gate: Gate, in analysis: Analysis, baseline: BaselineCase? = nil) -> String {
    guard let variant = gate.variant else { return "" }
    return ([noise(of: variant, in: analysis)] + [moved(gate, variant, analysis, baseline)])
      .compactMap(\.self).joined(separator: " ")
  }

  private static func noise(of variant: Variant, in analysis: Analysis) -> String? {
    guard let floor = analysis.selfCheck.noiseFloors.first(where: { $0.variant == variant }) else {
      return nil
    }
    return "Noise floor (\(variant) against itself, between sessions): \(Format.percent(floor.value))."
  }

  /// The metrics that differ by more than 2 %, or at all where they count, the largest difference first.
  private static func moved(
    _ gate: Gate, _ variant: Variant, _ analysis: Analysis, _ baseline: BaselineCase?
  ) -> String? {
    guard let summary = analysis[variant] else { return nil }
    func reference(_ metric: Metric) -> Double? {
      if case .baseline = gate.bound { return baseline?.figure(of: .metric(metric), variant: variant)?.value }
      return gate.reference.flatMap { analysis[$0]?[metric] }
    }
    let against: String? =
      if case .baseline = gate.bound { "the baseline" } else { gate.reference?.name }
    guard let against else { return nil }
    let differences = summary.metrics.compactMap { summary -> (size: Double, text: String)? in
      let metric = summary.metric
      guard gate.quantity != .metric(metric), let now = summary.value, let then = reference(metric) else {
        return nil
      }
      let change = then == 0 ? (now == 0 ? 0 : Double.infinity) : now / then - 1
      guard change.magnitude > (metric.isCounted && metric.unit == .count ? 0 : 0.02) else { return nil }
      let figures = "\(Format.metric(now, metric.unit)) against \(Format.metric(then, metric.unit))"
      return (change.magnitude, "\(metric) \(figures)")
    }
    guard !differences.isEmpty else { return "Nothing else differs from \(against)." }
    let texts = differences.sorted { $0.size > $1.size }.prefix(5).map(\.text)
    return "What else differs from \(against): \(texts.joined(separator: ", "))."
  }
}
