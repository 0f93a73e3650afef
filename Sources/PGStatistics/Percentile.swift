/// A percentile that reports show.
public enum Percentile: String, Sendable, Hashable, Codable, CaseIterable {
  /// The median.
  case p50
  /// Nine in ten are at most this.
  case p90
  /// Nineteen in twenty are at most this.
  case p95
  /// 99 in 100 are at most this.
  case p99
  /// 999 in 1,000 are at most this.
  case p999

  /// The share of the values at or below it, in thousandths: a whole number, so that ranks are exact.
  public var permille: Int {
    switch self {
    case .p50: 500
    case .p90: 900
    case .p95: 950
    case .p99: 990
    case .p999: 999
    }
  }

  /// The nearest rank, from 0, in a sorted list: the smallest with at least this share at or below it.
  ///
  /// Type 1 of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50
  /// (1996): the inverse of the empirical distribution, so that the percentile is a latency that occurred.
  public func rank(of count: Int) -> Int {
    max(0, (count * permille + 999) / 1000 - 1)
  }

  /// From how many samples on the percentile is worth believing.
  ///
  /// At least five samples are to be expected on the far side of it: n·(1 − p) ≥ 5, the usual condition for
  /// saying anything about a binomial share. With fewer the percentile hangs on a few extreme samples; below
  /// 3.7 its distribution-free 95 % interval (Hahn and Meeker, "Statistical Intervals", 5.2) has no upper end
  /// among the samples at all.
  public var samplesNeeded: Int { 5000 / (1000 - permille) }

  /// As people write it: `p99.9` for `p999`.
  public var label: String { self == .p999 ? "p99.9" : rawValue }
}
