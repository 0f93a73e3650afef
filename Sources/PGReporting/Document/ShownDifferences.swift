import PGMeasuring
import PGStatistics

/// The differences of a table that are shown, all rows together: with 95 % confidence none of them is chance
/// (`Holm`).
struct ShownDifferences {
  private struct Place: Hashable {
    let identity: CaseIdentity
    let pair: VariantPair
  }

  private let places: Set<Place>

  init(in cases: [CaseReport]) {
    let all = cases.flatMap { report in
      report.comparisons.map { (Place(identity: report.identity, pair: $0.pair), $0.estimate.chance) }
    }
    let holding = Holm.holding(all.map(\.1))
    places = Set(holding.map { all[$0].0 })
  }

  func contains(_ pair: VariantPair, in report: CaseReport) -> Bool {
    places.contains(Place(identity: report.identity, pair: pair))
  }

  /// What a comparison shows, its interval and the other rows considered.
  func finding(of comparison: Comparison, in report: CaseReport) -> RatioEstimate.Finding {
    contains(comparison.pair, in: report) ? comparison.estimate.finding : .noDifferenceShown
  }
}
