/// The exact sign test: whether one of two sides has more of something that happens to either alike by
/// chance.
///
/// Of n occurrences, so many on the one side have the binomial distribution with a probability of a half,
/// whatever brings them about, as long as the sides are exchangeable (Dixon and Mood, "The statistical sign
/// test", Journal of the American Statistical Association 41, 1946). Nothing is said of how often they occur.
package struct SignTest: Sendable, Hashable {
  /// The probability of at least so many on the side in question.
  package let probability: Double

  /// Tests the side in question, which has `count` of all, against the other, which has `others`.
  package init(_ count: Int, against others: Int) {
    let all = max(0, count) + max(0, others)
    // The terms by their logarithms: 2⁻ⁿ alone is 0 from 1075 on.
    var term = -Double(all) * Elementary.log(2)
    var sum = 0.0
    for chosen in 0...all {
      if all - chosen < max(0, count) { break }
      sum += Elementary.exp(term)
      term += Elementary.log(Double(all - chosen)) - Elementary.log(Double(chosen + 1))
    }
    probability = min(1, sum)
  }
}
