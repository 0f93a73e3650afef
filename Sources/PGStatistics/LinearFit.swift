/// A straight line through points, y = intercept + slope · x, by weighted least squares.
///
/// The weights count up to a common factor: the variance of a point is σ² ÷ weight, and σ² is estimated from
/// the residuals with n − 2 degrees of freedom. Draper and Smith, "Applied Regression Analysis" (3rd edition,
/// 1998), 1.4 for the intervals and 9.2 for the weights; NumPy's polyfit and SciPy's curve_fit say the same.
package struct LinearFit: Sendable, Hashable {
  /// A point and how much it counts.
  package struct Point: Sendable, Hashable {
    package let x: Double
    package let y: Double
    /// Inversely proportional to the variance of y.
    package var weight = 1.0
  }

  /// One of the line's two coefficients and what is known of it.
  package struct Coefficient: Sendable, Hashable {
    package let value: Double
    package let standardError: Double
    /// The lower end of the two-sided confidence interval by Student's t.
    package let low: Double
    /// The upper end.
    package let high: Double
  }

  /// The fewest points: two are on their line exactly, and tell nothing of how far off it is.
  package static let fewestPoints = 3

  /// Where the line crosses x = 0, in the unit of y.
  package let intercept: Coefficient

  /// What one more x adds to y.
  package let slope: Coefficient

  /// Fits the line; nil for fewer than three points, for only one x, and for what isn't finite.
  ///
  /// Weights must be above 0. The confidence is a fraction, such as 0.95.
  package init?(_ points: [Point], confidence: Double = 0.95) {
    guard points.count >= Self.fewestPoints, confidence > 0, confidence < 1,
      points.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.weight.isFinite && $0.weight > 0 }),
      // Not left to the sum of squares below, which rounding may keep from 0.
      points.contains(where: { $0.x != points[0].x })
    else { return nil }

    // About the centre: Σx² − (Σx)²/n would lose the digits that the two have in common.
    let weights = points.reduce(0) { $0 + $1.weight }
    let x = points.reduce(0) { $0 + $1.weight * $1.x } / weights
    let y = points.reduce(0) { $0 + $1.weight * $1.y } / weights
    let squares = points.reduce(0) { $0 + $1.weight * ($1.x - x) * ($1.x - x) }
    let products = points.reduce(0) { $0 + $1.weight * ($1.x - x) * ($1.y - y) }
    let rise = products / squares
    let residuals = points.reduce(0.0) {
      let residual = $1.y - y - rise * ($1.x - x)
      return $0 + $1.weight * residual * residual
    }
    let freedom = points.count - 2
    let variance = residuals / Double(freedom)
    let t = StudentT.twoSidedQuantile(confidence: confidence, degreesOfFreedom: freedom)
    func coefficient(_ value: Double, variance: Double) -> Coefficient? {
      let error = variance.squareRoot()
      guard value.isFinite, (t * error).isFinite else { return nil }
      return Coefficient(
        value: value, standardError: error, low: value - t * error, high: value + t * error)
    }
    guard let slope = coefficient(rise, variance: variance / squares),
      let intercept = coefficient(y - rise * x, variance: variance * (1 / weights + x * x / squares))
    else { return nil }
    self.slope = slope
    self.intercept = intercept
  }

  /// The line's height at an x.
  package func value(at x: Double) -> Double { intercept.value + slope.value * x }
}
