/// How much of a gate's error rate may be spent at each of its planned looks at the data.
///
/// A test that looks several times, and stops when it suits, errs more often than each look says. Here each
/// look has a share of its own, and the shares add up to the whole: whatever the looks have to do with each
/// other, the chance that any of them errs is at most that sum (Boole's inequality). The shares are the
/// increments of the spending function t³ of Kim and DeMets, Biometrika 74 (1987), where t is the fraction of
/// the planned data: next to nothing at an early look, so that little is lost at the last one (Jennison and
/// Turnbull, "Group Sequential Methods", 2000, 7.2).
package struct AlphaSpending: Sendable, Hashable {
  /// How many looks are planned, evenly spaced.
  package let looks: Int

  /// Plans looks; at least one.
  package init(looks: Int) {
    self.looks = max(1, looks)
  }

  /// The share of a look, from 0; of the last one if no other comes after.
  ///
  /// - Parameter isLast: Whether the sampling is over, for whatever reason: what later looks would have spent
  ///   is its own.
  package func share(of look: Int, isLast: Bool) -> Double {
    func spent(_ looks: Int) -> Double {
      let fraction = Double(min(max(looks, 0), self.looks)) / Double(self.looks)
      return fraction * fraction * fraction
    }
    return (isLast ? 1 : spent(look + 1)) - spent(look)
  }
}
