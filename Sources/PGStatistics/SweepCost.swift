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
