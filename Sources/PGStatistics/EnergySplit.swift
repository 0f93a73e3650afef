/// Where a series is best split in two, by the energy distance of its parts: the candidate of E-divisive
/// means.
///
/// Of a part X of n values and the part Y of m values that follows it, the statistic is
///
///     Q(X, Y) = mn/(m+n) · (2·mean|x − y| − mean|x − x′| − mean|y − y′|)
///
/// with the means over all pairs (Matteson and James, "A nonparametric approach for multiple change point
/// analysis of multivariate data", Journal of the American Statistical Association 109, 2014, equations 5
/// and 7, with exponent 1). It is great where the parts differ in distribution, whatever that is. Y need not
/// reach to the end: what follows a change may itself change back.
///
/// All splits of L values are looked at in O(L²) time and O(L) memory, since the sums of distances of a part
/// follow from those of the part that is one value shorter.
package struct EnergySplit: Sendable, Hashable {
  /// The place of the first value after the split.
  package let index: Int
  /// The statistic.
  package let statistic: Double

  /// Finds the best split of `values[range]`; nil of fewer than two values, or of what has no distances, such
  /// as infinity.
  ///
  /// Of equally good splits it is the first.
  package init?(of values: [Double], in range: Range<Int>) {
    let range = range.clamped(to: values.indices)
    guard range.count >= 2 else { return nil }
    let part = Array(values[range])
    let whole = Self.distancesFromStart(part)
    // Of each place: the distances of its value to those from the split to it, and their sum so far.
    var toLater = Array(repeating: 0.0, count: part.count)
    var best: (index: Int, statistic: Double)?
    for split in stride(from: part.count - 1, through: 1, by: -1) {
      let first = split
      var within = 0.0
      for end in (split + 1)...part.count {
        let last = end - 1
        if last > first {
          toLater[last] += (part[first] - part[last]).magnitude
          within += toLater[last]
        }
        let between = whole[end] - whole[split] - within
        let statistic = Self.statistic(
          between: between, before: whole[split], after: within, counts: (split, end - split))
        if statistic >= best?.statistic ?? -Double.infinity { best = (split, statistic) }
      }
    }
    guard let best, best.statistic.isFinite else { return nil }
    index = range.lowerBound + best.index
    statistic = best.statistic
  }

  /// The sums of the distances of all pairs among the first 0, 1, 2 … values.
  private static func distancesFromStart(_ values: [Double]) -> [Double] {
    var sums = [0.0]
    sums.reserveCapacity(values.count + 1)
    for (place, value) in values.enumerated() {
      let added = values[..<place].reduce(0) { $0 + (value - $1).magnitude }
      sums.append(sums[place] + added)
    }
    return sums
  }

  /// The statistic from sums of distances: of all pairs of one of either part, and within each part.
  private static func statistic(
    between: Double, before: Double, after: Double, counts: (before: Int, after: Int)
  ) -> Double {
    let (n, m) = (Double(counts.before), Double(counts.after))
    let ofBefore = counts.before > 1 ? before * m / (n - 1) : 0
    let ofAfter = counts.after > 1 ? after * n / (m - 1) : 0
    return 2 / (m + n) * (between - ofBefore - ofAfter)
  }
}
