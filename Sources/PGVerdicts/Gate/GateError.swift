public import PGMeasuring

/// Why a gate can never be decided.
public enum GateError: Error, Sendable, Hashable {
  /// Both sides are the same variant.
  case comparesWithItself(Variant)

  /// The tolerance in per cent is not finite, or not above −100, or its floor is negative.
  case toleranceOutOfRange(Tolerance)

  /// The limit is no number, or negative, or above 10¹⁸.
  case limitOutOfRange(Double)

  /// Nothing measures the metric; those that are measured.
  case unknownMetric(Metric, known: [Metric])
}

extension Gate {
  /// Checks that the gate can be decided at all.
  ///
  /// A gate of a variant against itself, or with a tolerance that is no number, is refused before anything is
  /// measured: it would pass for ever. So is one on a metric that nothing measures, such as a misspelt one.
  ///
  /// - Parameter metrics: The benchmark's own metrics.
  public func validate(metrics: [Metric] = []) throws(GateError) {
    let known = Metric.standard + metrics
    if case .metric(let metric) = quantity, !known.contains(metric) {
      throw .unknownMetric(metric, known: known)
    }
    if let pair, pair.variant == pair.reference { throw .comparesWithItself(pair.variant) }
    if let tolerance, !tolerance.isMeaningful { throw .toleranceOutOfRange(tolerance) }
    if case .limit(let limit) = bound, !(0...Tolerance.greatestFigure).contains(limit) {
      throw .limitOutOfRange(limit)
    }
  }
}

extension GateError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .comparesWithItself(let variant):
      "The gate compares \(variant) with itself: name another variant as the reference."
    case .toleranceOutOfRange(let tolerance):
      "A tolerance of \(tolerance) and a floor of \(tolerance.floor) cannot be kept: use a finite number of per cent "
        + "above -100, such as .percent(10), and a floor that is not negative."
    case .limitOutOfRange(let limit):
      "A limit of \(limit) cannot be kept: use a finite number that is not negative, of a time at most 31 years."
    case .unknownMetric(let metric, let known):
      if let other = known.first(where: { $0.name == metric.name }) {
        "The metric \"\(metric)\" is counted in \(other.unit.rawValue), and the gate takes it for \(metric.unit.rawValue): "
          + "make it with Metric(\"\(metric)\", unit: .\(other.unit.rawValue))."
      } else {
        "No metric \"\(metric)\" is measured; there are: \(known.map(\.name).joined(separator: ", ")). "
          + "A .metric(\"\(metric)\") { … } trait would measure one of your own."
      }
    }
  }
}
