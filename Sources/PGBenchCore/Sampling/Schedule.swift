/// In which order the variants take their turns, round by round.
///
/// A benchmark compares only neighbours in time: in every round each variant runs one block. Rounds come in
/// pairs, a random order and then the same order backwards (ABBA for two variants), so that within a pair
/// every variant has the same mean position and a steady drift cancels. Everything follows from the seed.
public struct Schedule: Sendable, Hashable {
  /// How many variants take turns.
  public let variantCount: Int

  private let seed: Seed

  /// Makes the schedule of a seed for a number of variants; with none of them, every order is empty.
  public init(variantCount: Int, seed: Seed) {
    self.variantCount = max(0, variantCount)
    self.seed = seed.derived("schedule")
  }

  /// The indices of the variants in the order in which they run in a round.
  ///
  /// Sessions and rounds count from 0. Rounds 0 and 1 are a pair, 2 and 3 the next.
  public func order(session: Int, round: Int) -> [Int] {
    let pair = round >> 1
    var generator = seed.derived(session).derived(pair).generator
    let forward = generator.permutation(of: variantCount)
    return round & 1 == 0 ? forward : forward.reversed()
  }

  /// The indices of the variants in the order in which they open their connections in a session.
  ///
  /// Who opens second is slower or faster by some tenths of a per cent for the whole session, for its memory lies
  /// elsewhere. So sessions, too, come in pairs of an order and its reverse.
  public func opening(session: Int) -> [Int] {
    var generator = seed.derived("opening").derived(session >> 1).generator
    let forward = generator.permutation(of: variantCount)
    return session & 1 == 0 ? forward : forward.reversed()
  }
}
