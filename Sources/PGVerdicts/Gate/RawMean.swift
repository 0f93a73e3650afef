package import PGMeasuring

/// The mean of all that a variant and its reference took, nothing cut down and no session left out, held
/// against each other: of all operations, of all times to connect, or of all first operations.
///
/// What is decided by a trimmed mean over sessions, a few sessions can't move far. What a user waits for is
/// the sum of all. Where that is beyond what is allowed, "within tolerance" is not true of it, whatever most
/// sessions say.
package struct RawMean: Sendable, Hashable {
  /// The variant's mean ÷ the reference's.
  package let ratio: Double

  /// The same without the session that adds most to it, for a single pause of the machine is in a single one.
  package let ratioWithoutWorst: Double

  /// Sums up; nil of a quantity that isn't a time of a whole session, and of fewer than two sessions that both
  /// have.
  package init?(
    of quantity: Quantity, in variant: SampleSet.Series, against reference: SampleSet.Series
  ) {
    guard let own = variant.sums(of: quantity), let others = reference.sums(of: quantity) else { return nil }
    let pairs = own.compactMap { session, sum in others[session].map { (own: sum, other: $0) } }
    guard pairs.count >= 2 else { return nil }
    let whole = (own: SessionSum.all(pairs.map(\.own)), other: SessionSum.all(pairs.map(\.other)))
    guard let ratio = Self.ratio(whole.own, whole.other) else { return nil }
    self.ratio = ratio
    let without = pairs.compactMap { Self.ratio(whole.own.without($0.own), whole.other.without($0.other)) }
    ratioWithoutWorst = without.min() ?? ratio
  }

  private static func ratio(_ own: SessionSum, _ other: SessionSum) -> Double? {
    guard let own = own.mean, let other = other.mean else { return nil }
    return own / other
  }

  /// Whether it is above the ratio that is allowed, and not by a single session alone.
  package func isBeyond(_ bound: Double) -> Bool { ratioWithoutWorst > bound }
}
