import PGMeasuring
import PGStatistics

/// The differences of a report that are shown, all comparisons together: with 95 % confidence none of them is
/// chance (`Holm`).
///
/// All of a report and not of each table, for its first sentence counts them together: of five tables without
/// any difference, one in four reports would have one that holds in its own table.
package struct ShownDifferences {
  private struct Place: Hashable {
    let identity: CaseIdentity
    let pair: VariantPair
  }

  private let places: Set<Place>
  /// Whether the build was optimised: one that wasn't says nothing of who is faster.
  let areOfOptimised: Bool

  init(in report: BenchmarkReport) {
    areOfOptimised = report.environment.buildMode != .debug
    guard areOfOptimised else {
      places = []
      return
    }
    let all = report.cases.flatMap { report in
      report.comparisons.map { (Place(identity: report.identity, pair: $0.pair), $0.estimate) }
    }
    let holding = Holm.holding(all.map { $0.1.isSound ? $0.1.chance : 1 })
    places = Set(holding.map { all[$0].0 })
  }

  func contains(_ pair: VariantPair, in report: CaseReport) -> Bool {
    places.contains(Place(identity: report.identity, pair: pair))
  }

  /// Whether an interval excludes "equal" and the difference isn't shown nevertheless, as there are too many
  /// others.
  func isOneOfMany(_ comparison: Comparison, in report: CaseReport) -> Bool {
    areOfOptimised && comparison.estimate.finding != .noDifferenceShown
      && !contains(comparison.pair, in: report)
  }

  /// What a comparison shows, its interval and the other comparisons considered.
  func finding(of comparison: Comparison, in report: CaseReport) -> RatioEstimate.Finding {
    contains(comparison.pair, in: report) ? comparison.estimate.finding : .noDifferenceShown
  }
}

extension RatioEstimate {
  /// Whether it is an estimate that shows anything: a file may hold any figures.
  fileprivate var isSound: Bool {
    sessions > 0 && degreesOfFreedom > 0 && confidence >= 0.95 && low > 0 && low <= ratio && ratio <= high
      && high.isFinite
  }
}
