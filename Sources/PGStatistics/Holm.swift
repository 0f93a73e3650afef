/// Which of several findings hold together: Holm's procedure ("A simple sequentially rejective multiple test
/// procedure", Scandinavian Journal of Statistics 6, 1979).
///
/// Of twenty comparisons of equal variants one in two has an interval of 95 % that excludes "equal". Of those
/// that this procedure keeps, the chance that any is wrong is at most the level.
package enum Holm {
  /// The places of the findings that hold, by how likely each is by chance alone.
  package static func holding(_ probabilities: [Double], level: Double = 0.05) -> Set<Int> {
    var holding: Set<Int> = []
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    for (rank, place) in order.enumerated() {
      guard probabilities[place] <= level / Double(order.count - rank) else { break }
      holding.insert(place)
    }
    return holding
  }
}

extension RatioEstimate {
  /// The probability that chance alone gives a ratio as far from 1 as this one, either way: what the
  /// interval's Student's t says of it.
  package var chance: Double {
    guard ratio != 1 else { return 1 }
    let error = logStandardError
    guard error > 0 else { return 0 }
    return 1 - StudentT.share(of: Elementary.log(ratio) / error, degreesOfFreedom: degreesOfFreedom)
  }
}
