package import PGMeasuring
package import PGStatistics

/// The ratio of a variant to its reference in one case, run by run.
package struct HistorySeries: Sendable, Hashable {
  /// A run's ratio.
  package struct Point: Sendable, Hashable {
    /// The place of the run in the history.
    package let run: Int
    /// The ratio with its interval.
    package let estimate: RatioEstimate

    /// Records a point.
    package init(run: Int, estimate: RatioEstimate) {
      self.run = run
      self.estimate = estimate
    }
  }

  /// A change of the ratio: at one run, or little by little from the first to the last.
  package struct Change: Sendable, Hashable {
    /// The place of the run at which it changed; nil where it did little by little.
    package let run: Int?
    /// The place of the run before it that has the case, or of the first.
    package let earlierRun: Int
    /// The place of the last run that it is about.
    package let laterRun: Int
    /// The ratio before, the mean of the runs since the change before; nil of a trend.
    package let before: Double?
    /// The ratio after, the mean of the runs up to the next change; nil of a trend.
    package let after: Double?
    /// After ÷ before: 1.02 where the ratio rose by 2 %.
    package let factor: Double
    /// The end of the factor's interval that is nearer to 1: by how much it changed at least.
    package let least: Double

    /// Whether the ratio rose: the variant became slower, or its reference faster.
    package var isRise: Bool { factor > 1 }
  }

  /// Which case.
  package let identity: CaseIdentity
  /// Which variant, against which reference.
  package let pair: VariantPair
  /// The ratios in the order of the runs, of those runs that have one.
  package let points: [Point]
  /// What was found, on the scale of logarithms and by the places of the points.
  package let change: SeriesChange
  /// The changes that were found, in the order of the runs.
  package let changes: [Change]
  /// The smallest step half-way that would have been shown in nine of ten such series, as a factor; nil
  /// where a change was found or there are too few runs.
  package let smallestDetectableFactor: Double?

  /// Looks for changes of the logarithms, on which half as fast is as far from 1 as twice as fast.
  ///
  /// - Parameter rate: How often a change may be found where there is none.
  package init(_ identity: CaseIdentity, _ pair: VariantPair, points: [Point], rate: Double) {
    self.identity = identity
    self.pair = pair
    self.points = points
    let logs = points.map { Elementary.log($0.estimate.ratio) }
    let change = SeriesChange.find(in: logs, rate: rate)
    self.change = change
    smallestDetectableFactor =
      change == .none && points.count >= SeriesChange.fewestValues
      ? Self.smallestDetectable(logs, rate: rate) : nil
    switch change {
    case .none: changes = []
    case .trend(let trend):
      changes = [
        Change(
          run: nil, earlierRun: points.first?.run ?? 0, laterRun: points.last?.run ?? 0, before: nil,
          after: nil, factor: Elementary.ratio(ofLog: trend.change),
          least: Elementary.ratio(ofLog: trend.least)
        )
      ]
    case .steps(let steps):
      let confidence = 1 - SeriesChange.stepLevel(count: points.count, rate: rate)
      changes = steps.compactMap { step in
        guard step.index > 0, points.indices.contains(step.index) else { return nil }
        let interval = step.interval(confidence: confidence)
        return Change(
          run: points[step.index].run, earlierRun: points[step.index - 1].run,
          laterRun: points[step.index].run, before: Elementary.ratio(ofLog: step.before),
          after: Elementary.ratio(ofLog: step.after),
          factor: Elementary.ratio(ofLog: step.after - step.before),
          least: Elementary.ratio(
            ofLog: step.after > step.before ? max(0, interval.low) : min(0, interval.high)))
      }
    }
  }

  /// From the spread of the values around their mean, as the t-test of two halves sees it.
  private static func smallestDetectable(_ logs: [Double], rate: Double) -> Double? {
    let count = Double(logs.count)
    let mean = logs.reduce(0, +) / count
    let squares = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let degrees = logs.count - 2
    guard degrees > 0 else { return nil }
    let half = logs.count / 2
    let error =
      (squares / Double(degrees)).squareRoot()
      * (1 / Double(half) + 1 / Double(logs.count - half)).squareRoot()
    let quantile = StudentT.twoSidedQuantile(
      confidence: 1 - SeriesChange.stepLevel(count: logs.count, rate: rate), degreesOfFreedom: degrees)
    let excess = error * StudentT.noncentrality(beyond: quantile, power: 0.9, degreesOfFreedom: degrees)
    return excess.isFinite ? Elementary.ratio(ofLog: excess) : nil
  }

  /// What the ratio is of, such as `async ÷ sync`.
  package var title: String { "\(pair.variant) ÷ \(pair.reference)" }
}
