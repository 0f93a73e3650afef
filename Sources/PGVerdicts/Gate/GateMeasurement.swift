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
