package import PGSystem

/// In which order the variants take their turns, round by round.
///
/// A benchmark compares only neighbours in time: in every round each variant runs one block. Rounds come in
/// pairs, a random order and then the same order backwards (ABBA for two variants), so that within a pair
/// every variant has the same mean position and a steady drift cancels. Everything follows from the seed.
///
/// Where only some of the variants are compared with each other, they are a group, whose blocks always run
/// next to each other.
package struct Schedule: Sendable, Hashable {
  /// The indices of the variants in their groups.
  package let groups: [[Int]]

  private let seed: Seed

  /// Makes the schedule of a seed for a number of variants; with none of them, every order is empty.
  package init(variantCount: Int, seed: Seed) {
    self.init(groups: [Array(0..<max(0, variantCount))], seed: seed)
  }

  /// Makes the schedule of a seed for variants in groups.
  package init(groups: [[Int]], seed: Seed) {
    self.groups = groups
    self.seed = seed.derived("schedule")
  }

  /// The indices of the variants in the order in which they run in a round.
  ///
  /// Sessions and rounds count from 0. Rounds 0 and 1 are a pair, 2 and 3 the next.
  package func order(session: Int, round: Int) -> [Int] {
    let pair = round >> 1
    let forward = permutation(seed.derived(session).derived(pair))
    return round & 1 == 0 ? forward : forward.reversed()
  }

  /// The indices of the variants in the order in which they open their connections in a session.
  ///
  /// A variant that opens second is slower or faster by some tenths of a per cent for the whole session,
  /// because its memory lies elsewhere. So sessions, too, come in pairs of an order and its reverse.
  package func opening(session: Int) -> [Int] {
    let forward = permutation(seed.derived("opening").derived(session >> 1))
    return session & 1 == 0 ? forward : forward.reversed()
  }

  private func permutation(_ seed: Seed) -> [Int] {
    var generator = seed.generator
    let places = groups.count > 1 ? generator.permutation(of: groups.count) : Array(groups.indices)
    return places.flatMap { place in
      generator.permutation(of: groups[place].count).map { groups[place][$0] }
    }
  }
}
