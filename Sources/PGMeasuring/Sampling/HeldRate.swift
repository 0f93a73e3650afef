import PGStatistics

/// How long a block of an open loop took, and was to take.
package struct Pace: Sendable, Hashable {
  /// Wall time in nanoseconds: from the first intended start to the last operation's end.
  package let wall: Int
  /// Nanoseconds from the first intended start to when the client with the last one was to begin its next.
  package let intended: Int

  /// Records a block's pace.
  package init(wall: Int, intended: Int) {
    self.wall = wall
    self.intended = intended
  }

  /// How long operations went on after the next were to begin.
  fileprivate var overrun: Int { max(0, wall - intended) }

  /// The share of the rate that was kept.
  fileprivate var share: Double { Double(intended) / Double(max(1, intended + overrun)) }
}

/// Whether a variant kept to the rate at which operations were to begin.
package struct HeldRate: Sendable, Hashable {
  /// The share of the rate that was kept, in half of the blocks or more.
  package let share: Double
  /// Whether operations began when they were to, but for stalls.
  package let isHeld: Bool

  /// Judges a variant; nil without blocks.
  ///
  /// Where operations come faster than they can be done, ever more of them wait, until the end of the block.
  /// So the rate is held where blocks end when they are to, or little later: by a client's distance from one
  /// start to the next for each ten of its operations, and from ten on by one, or by 3 % of them, up to 30.
  /// Random arrivals come in bunches, so that also in a queue that doesn't grow several may be left; five are
  /// no sign of more. It is the median of the blocks that counts: a stall at the end of some doesn't mean that
  /// the rate can't be held.
  ///
  /// - Parameter paces: Of the variant's blocks.
  /// - Parameter operations: Of the shortest of them, all clients together.
  package init?(of paces: [Pace], operations: Int, rate: ArrivalRate, clients: Int) {
    guard let share = Median.of(paces.map(\.share)), let overrun = Median.of(paces.map { Double($0.overrun) })
    else { return nil }
    let clients = Double(max(1, clients))
    let operations = Double(operations) / clients
    let allowed = min(30, max(0.03 * operations, min(1, operations / 10)))
    let distances = overrun / (rate.distance * clients)
    self.share = share
    isHeld = distances <= (rate.arrivals == .poisson ? max(5, allowed) : allowed)
  }
}

extension SampleSet {
  /// How a variant kept to the rate; nil where there was none.
  package func heldRate(of series: Series) -> HeldRate? {
    guard let rate, let fewest = series.blocks.map(\.operations).min() else { return nil }
    return HeldRate(of: series.blocks.compactMap(\.pace), operations: fewest, rate: rate, clients: clients)
  }
}
