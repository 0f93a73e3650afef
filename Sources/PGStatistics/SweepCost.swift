/// What a connection costs and what an operation costs, for one variant, told apart by a sweep of counts.
///
/// To connect and then run n operations takes fixed + n · perOperation: the intercept and the slope of a line
/// through the total times of a sweep's counts.
///
/// Each point weighs 1 ÷ (the line's height)². Times of computers scatter by a share of their length, not by
/// a number of nanoseconds. Equal weights would let the longest runs of a sweep, whose scatter alone is more
/// than a connection takes, drown the shortest, which know most about it; and the intervals, made from one
/// spread for all, would be wrong at both ends. The line that gives the weights is found by fitting anew with
/// those of the line before, "generalised least squares" of Carroll and Ruppert, "Transformation and
/// Weighting in Regression" (1988), chapter 2. It begins with the observations themselves, 1 ÷ y², which
/// alone would lean towards those that happened to be short.
package struct SweepCost: Sendable, Hashable, Codable {
  /// A cost in nanoseconds and its confidence interval.
  package struct Estimate: Sendable, Hashable, Codable {
    /// The estimate in nanoseconds.
    package let value: Double
    /// The lower end of the confidence interval in nanoseconds; may be negative where the cost is too small
    /// to show.
    package let low: Double
    /// The upper end of the confidence interval in nanoseconds.
    package let high: Double
    /// How sure the interval is to hold the true cost, such as 0.95.
    package let confidence: Double

    /// Records an estimate.
    package init(value: Double, low: Double, high: Double, confidence: Double) {
      self.value = value
      self.low = low
      self.high = high
      self.confidence = confidence
    }
  }

  /// What was observed of one count of the sweep.
  package struct Observations: Sendable, Hashable {
    /// The count: how many operations ran on the connection.
    package let operations: Int
    /// Nanoseconds that it took to connect and run them, once for each session.
    package let totals: [Double]

    /// Collects a count's observations.
    package init(operations: Int, totals: [Double]) {
      self.operations = operations
      self.totals = totals
    }
  }

  /// The fewest different counts: through two a line fits always, whether times grow along a line or not.
  package static let fewestCounts = 3

  /// What it costs to connect, whatever is done then.
  package let fixed: Estimate

  /// What each operation costs.
  package let perOperation: Estimate

  /// Records both costs.
  package init(fixed: Estimate, perOperation: Estimate) {
    self.fixed = fixed
    self.perOperation = perOperation
  }

  /// Estimates both from a sweep; nil if it has fewer than three different counts, or a total that isn't a
  /// time.
  ///
  /// Counts without totals are left out. The totals must not depend on each other: each has its own
  /// connection, for the intervals know nothing of what two have in common. The confidence is a fraction,
  /// such as 0.95.
  package init?(of sweep: [Observations], confidence: Double = 0.95) {
    let points = sweep.flatMap { count in
      count.totals.map { LinearFit.Point(x: Double(count.operations), y: $0) }
    }
    guard Set(points.map(\.x)).count >= Self.fewestCounts, let shortest = points.map(\.y).min(),
      points.allSatisfy({ $0.y > 0 && $0.y.isFinite })
    else { return nil }

    var fit = LinearFit(points.map { Self.weighted($0, by: $0.y) }, confidence: confidence)
    for _ in 0..<Self.reweightings {
      guard let line = fit else { return nil }
      // A bent series may bring the line below 0 somewhere, where a height is no measure of the scatter.
      fit = LinearFit(
        points.map { Self.weighted($0, by: max(line.value(at: $0.x), shortest / 2)) }, confidence: confidence)
    }
    guard let fit else { return nil }
    fixed = Estimate(fit.intercept, confidence: confidence)
    perOperation = Estimate(fit.slope, confidence: confidence)
  }

  /// At a scatter of 5 %, the third changes the estimates by less than a thousandth of their standard errors.
  private static let reweightings = 3

  private static func weighted(_ point: LinearFit.Point, by height: Double) -> LinearFit.Point {
    LinearFit.Point(x: point.x, y: point.y, weight: 1 / (height * height))
  }
}

extension SweepCost.Estimate {
  fileprivate init(_ coefficient: LinearFit.Coefficient, confidence: Double) {
    self.init(
      value: coefficient.value, low: coefficient.low, high: coefficient.high, confidence: confidence)
  }
}

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
