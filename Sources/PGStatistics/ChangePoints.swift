/// The places at which the mean of a series changes for good: E-divisive means, with Student's t-test for
/// what counts as a change.
///
/// The method is that of Apache Otava, formerly Hunter (Fleming et al., "Hunter: using change point
/// detection to hunt for performance regressions", ICPE 2023, doi 10.1145/3578244.3583719; otava/analysis.py
/// at commit 1ceb153). A window slides over the series; in it, the best split (`EnergySplit`) is taken as
/// long as a t-test on a weak level tells its two parts apart. All these weak points together are then
/// thinned out: the least significant one goes first, until each that is left tells its neighbours apart on
/// the level asked for. The t-test stands in for the permutation test of Matteson and James (2014): it needs
/// no random numbers, and finds changes in a handful of values.
///
/// It differs from Otava in two things. Student's t-test takes the variance of a sample, squares ÷ (n − 1),
/// where Otava hands the test squares ÷ n, by which few values look more alike than they are;
/// `Spread.population` does so as well. And after a point has gone, both of its neighbours are tested anew,
/// where Otava leaves out the one before it.
package enum ChangePoints {
  /// By what the squares of a part are divided.
  package enum Spread: Sendable, Hashable {
    /// By n − 1, as Student's t-test does.
    case sample
    /// By n, as Apache Otava does.
    case population
  }

  /// Which points count as changes.
  package struct Rule: Sendable, Hashable {
    /// The probability that the t-test of a change must be below.
    package var level: Double
    /// The probability below which a split is looked at as a candidate.
    package var weakLevel: Double
    /// The least change that counts, as a share of the smaller of the means before and after; 0 for any.
    package var leastChange: Double
    /// How many values a window holds, at least 2.
    package var window: Int
    /// How the t-test takes a part's spread.
    package var spread: Spread

    /// Makes a rule; the defaults are Otava's, but for the spread.
    ///
    /// - Parameter weakLevel: Ten times the level if it is nil, or twice that of a level from 0.05 on.
    package init(
      level: Double = 0.001, weakLevel: Double? = nil, leastChange: Double = 0, window: Int = 50,
      spread: Spread = .sample
    ) {
      self.level = level
      self.weakLevel = weakLevel ?? (level < 0.05 ? level * 10 : level < 0.5 ? level * 2 : level)
      self.leastChange = leastChange
      self.window = max(2, window)
      self.spread = spread
    }
  }

  /// The changes of a series, in its order; none where a value is not finite.
  package static func find(in values: [Double], rule: Rule = Rule()) -> [ChangePoint] {
    guard values.count >= 2, values.allSatisfy(\.isFinite) else { return [] }
    let candidates = candidates(in: values, rule)
    return thinned(candidates, of: values, rule)
  }

  /// The splits of all windows that the weak level tells from chance, in order.
  private static func candidates(in values: [Double], _ rule: Rule) -> [Int] {
    var found: Set<Int> = []
    var start = 0
    while start < values.count {
      let end = min(start + rule.window, values.count)
      let splits = splits(of: values, in: start..<end, rule)
      found.formUnion(splits)
      start = max(splits.last ?? 0, start + rule.window / 2)
    }
    return found.sorted()
  }

  /// The splits of one window: the best of all its parts is taken, until the best one is no change.
  private static func splits(of values: [Double], in window: Range<Int>, _ rule: Rule) -> [Int] {
    var parts = [Part(window, of: values)]
    while let place = parts.indices.max(by: { parts[$0].strength < parts[$1].strength }),
      let split = parts[place].split
    {
      let part = parts[place].range
      let change = ChangePoint(
        at: split.index, between: part.lowerBound, and: part.upperBound, of: values, rule.spread)
      guard change.probability <= rule.weakLevel else { break }
      parts.replaceSubrange(
        place...place,
        with: [
          Part(part.lowerBound..<split.index, of: values), Part(split.index..<part.upperBound, of: values),
        ])
    }
    return parts.dropFirst().map(\.range.lowerBound)
  }

  /// A part of a window with its best split.
  private struct Part {
    let range: Range<Int>
    let split: EnergySplit?

    init(_ range: Range<Int>, of values: [Double]) {
      self.range = range
      split = EnergySplit(of: values, in: range)
    }

    var strength: Double { split?.statistic ?? -.infinity }
  }

  /// The candidates that are changes, each of the values up to the next one on either side.
  private static func thinned(_ candidates: [Int], of values: [Double], _ rule: Rule) -> [ChangePoint] {
    var places = candidates
    func change(_ number: Int) -> ChangePoint {
      ChangePoint(
        at: places[number], between: number > 0 ? places[number - 1] : 0,
        and: number + 1 < places.count ? places[number + 1] : values.count, of: values, rule.spread)
    }
    var changes = places.indices.map(change)
    while let leastSure = changes.indices.max(by: { changes[$0].probability < changes[$1].probability }) {
      var weakest = leastSure
      if changes[leastSure].probability < rule.level {
        guard let least = changes.indices.min(by: { changes[$0].magnitude < changes[$1].magnitude }),
          changes[least].magnitude <= rule.leastChange
        else { break }
        weakest = least
      }
      places.remove(at: weakest)
      changes.remove(at: weakest)
      for neighbour in [weakest - 1, weakest] where changes.indices.contains(neighbour) {
        changes[neighbour] = change(neighbour)
      }
    }
    return changes
  }
}

/// A place at which the mean of a series changes.
package struct ChangePoint: Sendable, Hashable {
  /// The place of the first value after the change.
  package let index: Int
  /// The mean from the change before, or from the first value.
  package let before: Double
  /// The mean up to the next change, or to the last value.
  package let after: Double
  /// The standard error of after − before; 0 where neither part varies.
  package let standardError: Double
  /// The degrees of freedom of that error.
  package let degreesOfFreedom: Int
  /// The two-sided probability of Student's t-test (of equal variances) that chance alone gives such a
  /// difference at a place that was named before anyone looked.
  package let probability: Double

  /// Tests the values on either side of a place: `start..<index` against `index..<end`.
  init(at index: Int, between start: Int, and end: Int, of values: [Double], _ spread: ChangePoints.Spread) {
    let (first, second) = (Moments(values[start..<index]), Moments(values[index..<end]))
    self.index = index
    (before, after) = (first.mean, second.mean)
    degreesOfFreedom = max(first.count + second.count - 2, 0)
    let variance =
      (first.scaledSquares(spread) + second.scaledSquares(spread)) / Double(max(degreesOfFreedom, 1))
    let inverses = 1 / Double(max(first.count, 1)) + 1 / Double(max(second.count, 1))
    standardError = (variance * inverses).squareRoot()
    let difference = after - before
    guard degreesOfFreedom > 0, difference != 0, difference.isFinite, standardError.isFinite else {
      probability = 1
      return
    }
    probability = max(
      0, 1 - StudentT.share(of: difference / standardError, degreesOfFreedom: degreesOfFreedom))
  }

  /// The difference of the means as a share of the smaller one; infinite where that is 0.
  package var magnitude: Double {
    guard before != after else { return 0 }
    guard before != 0, after != 0 else { return .infinity }
    return max((after / before - 1).magnitude, (before / after - 1).magnitude)
  }

  /// The interval of after − before, of Student's t.
  package func interval(confidence: Double) -> (low: Double, high: Double) {
    let margin =
      standardError > 0
      ? standardError
        * StudentT.twoSidedQuantile(confidence: confidence, degreesOfFreedom: degreesOfFreedom) : 0
    return (after - before - margin, after - before + margin)
  }

  /// The mean of some values, and their squared deviations from it.
  private struct Moments {
    let count: Int
    let mean: Double
    let squares: Double

    init(_ values: ArraySlice<Double>) {
      count = values.count
      guard let first = values.first, values.contains(where: { $0 != first }) else {
        // Exact means exact: the mean of ten times 0.1 is not 0.1, and their squares don't add up to 0.
        (mean, squares) = (values.first ?? 0, 0)
        return
      }
      let mean = values.reduce(0, +) / Double(values.count)
      self.mean = mean
      squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }

    /// The share of the pooled squares: (n − 1) times the variance that is asked for.
    func scaledSquares(_ spread: ChangePoints.Spread) -> Double {
      guard count > 0 else { return 0 }
      return spread == .sample ? squares : squares * Double(count - 1) / Double(count)
    }
  }
}
