/// Whether a series rises or falls in the long run: Mann and Kendall's rank test, with Sen's slope.
///
/// The score is how many of all pairs rise less how many fall (Mann, "Nonparametric tests against trend",
/// Econometrica 13, 1945; Kendall, "Rank correlation methods", 1975). It asks for no distribution and for no
/// straight line, only that without a trend all orders of the values are equally likely; so a creep, of which
/// no single step can be shown, is found by it. Up to 60 different values its distribution is the exact one,
/// of the inversions of a random permutation; beyond that, or where values are equal, the normal
/// approximation with Kendall's correction for ties.
///
/// The slope is the median of the slopes of all pairs (Sen, "Estimates of the regression coefficient based on
/// Kendall's tau", Journal of the American Statistical Association 63, 1968), and its interval takes as many
/// from either end as the score's distribution says (Gilbert, "Statistical methods for environmental
/// pollution monitoring", 1987, section 16.5).
package struct MannKendall: Sendable, Hashable {
  /// How many pairs rise less how many fall.
  package let score: Int
  /// The probability that chance alone gives a score as far from 0, either way.
  package let probability: Double
  /// How many values there are.
  package let count: Int

  /// The most values of which the distribution is the exact one.
  package static let greatestExactCount = 60

  /// Tests a series; of fewer than three values, or of what is not finite, nothing is shown.
  ///
  /// It takes time in proportion to the square of the number of values.
  package init(of values: [Double]) {
    count = values.count
    guard values.count >= 3, values.allSatisfy(\.isFinite) else {
      (score, probability) = (0, 1)
      return
    }
    var score = 0
    for later in values.indices.dropFirst() {
      for earlier in 0..<later {
        score += values[later] > values[earlier] ? 1 : values[later] < values[earlier] ? -1 : 0
      }
    }
    self.score = score
    let ties = Self.ties(of: values)
    if ties.isEmpty, values.count <= Self.greatestExactCount {
      probability = min(1, 2 * Self.exactTail(of: score.magnitude, count: values.count))
    } else {
      let deviation = Self.variance(count: values.count, ties: ties).squareRoot()
      let distance = max(0, Double(score.magnitude) - 1)
      probability = deviation > 0 ? Elementary.erfc(distance / deviation / 2.0.squareRoot()) : 1
    }
  }

  /// Sen's slope a place, with its interval; nil of fewer than three values, or of what is not finite.
  ///
  /// - Parameter confidence: A fraction, such as 0.95. The interval is infinite on both sides where so few
  ///   values can't bear as much.
  package static func slope(
    of values: [Double], confidence: Double
  ) -> (value: Double, low: Double, high: Double)? {
    guard values.count >= 3, values.allSatisfy(\.isFinite) else { return nil }
    var slopes: [Double] = []
    slopes.reserveCapacity(values.count * (values.count - 1) / 2)
    for later in values.indices.dropFirst() {
      for earlier in 0..<later {
        slopes.append((values[later] - values[earlier]) / Double(later - earlier))
      }
    }
    slopes.sort()
    let middle = slopes.count / 2
    let value =
      slopes.count.isMultiple(of: 2) ? slopes[middle - 1] / 2 + slopes[middle] / 2 : slopes[middle]
    // So many slopes beyond either end of the interval; the score that is as likely as the rest.
    let beyond = slopesBeyond(count: values.count, ties: ties(of: values), confidence: confidence)
    guard beyond >= 0 else { return (value, -.infinity, .infinity) }
    return (value, slopes[beyond], slopes[slopes.count - 1 - beyond])
  }

  /// How many slopes are left out on either side; below 0 where the interval has no end.
  private static func slopesBeyond(count: Int, ties: [Int], confidence: Double) -> Int {
    let tail = max(0, (1 - confidence) / 2)
    let pairs = count * (count - 1) / 2
    if ties.isEmpty, count <= greatestExactCount {
      // The most inversions that are not likelier than the tail, in all.
      var sum = 0.0
      for (inversions, probability) in inversionProbabilities(of: count).enumerated() {
        sum += probability
        if sum > tail { return inversions - 1 }
      }
      return pairs / 2 - 1
    }
    let distance = variance(count: count, ties: ties).squareRoot() * normalQuantile(upperTail: tail)
    let beyond = ((Double(pairs) - distance) / 2).rounded(.down) - 1
    return beyond.isFinite ? Int(max(-1, min(beyond, Double(pairs / 2 - 1)))) : -1
  }

  /// How many values there are of each that is there more than once.
  private static func ties(of values: [Double]) -> [Int] {
    var counts: [Double: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.values.filter { $0 > 1 }
  }

  private static func variance(count: Int, ties: [Int]) -> Double {
    func term(_ count: Int) -> Double {
      let n = Double(count)
      return n * (n - 1) * (2 * n + 5)
    }
    return max(0, term(count) - ties.reduce(0) { $0 + term($1) }) / 18
  }

  /// The probability of a score of at least so much, which is that of so few inversions.
  private static func exactTail(of score: UInt, count: Int) -> Double {
    let fewest = (count * (count - 1) / 2 - Int(score)) / 2
    return inversionProbabilities(of: count).prefix(fewest + 1).reduce(0, +)
  }

  /// The probability of 0, 1, 2 … inversions in a random permutation.
  ///
  /// The n-th element adds from 0 to n − 1 inversions, all equally likely. The distribution is symmetric, so
  /// that its lower half is enough, where sums that slide over it lose no digits.
  private static func inversionProbabilities(of count: Int) -> [Double] {
    var probabilities = [1.0]
    for element in 2...max(2, count) {
      let most = element * (element - 1) / 2
      var next = Array(repeating: 0.0, count: most + 1)
      var sum = 0.0
      for inversions in 0...(most / 2) {
        if inversions < probabilities.count { sum += probabilities[inversions] }
        if inversions >= element { sum -= probabilities[inversions - element] }
        next[inversions] = sum / Double(element)
        next[most - inversions] = next[inversions]
      }
      probabilities = next
    }
    return probabilities
  }

  /// How far out so much of the normal distribution lies beyond, on one side; found by bisection.
  private static func normalQuantile(upperTail: Double) -> Double {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 0.5 * Elementary.erfc(middle / 2.0.squareRoot()) > upperTail { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
