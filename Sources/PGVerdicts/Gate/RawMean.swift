package import PGMeasuring
import PGStatistics

/// The mean of all sessions of a variant and its reference, none left out, held against each other: of all
/// operations, nothing cut down, of all times to connect, of all first operations, or of typical times.
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

  /// The mean of the sessions' logarithms of typical ratios, whose blocks are compared round by round; nil of
  /// fewer than two.
  ///
  /// Of one process in four that is a tenth slower, a mean that leaves out a fifth at either end says a third.
  package init?(ofLogs logs: [Double]) {
    guard logs.count >= 2, let worst = logs.max() else { return nil }
    let sum = logs.reduce(0, +)
    ratio = Elementary.ratio(ofLog: sum / Double(logs.count))
    ratioWithoutWorst = Elementary.ratio(ofLog: (sum - worst) / Double(logs.count - 1))
  }

  private static func ratio(_ own: SessionSum, _ other: SessionSum) -> Double? {
    guard let own = own.mean, let other = other.mean else { return nil }
    return own / other
  }

  /// Whether it is above the ratio that is allowed, and not by a single session alone.
  package func isBeyond(_ bound: Double) -> Bool { ratioWithoutWorst > bound }
}
