import PGStatistics

/// A variant's blocks as columns, as a report keeps them, and what charts ask of very many of them.
///
/// It is here, and not beside the charts, for this target is optimised in every configuration.
package struct RoundColumns: Sendable, Hashable {
  /// How many blocks there are.
  package let count: Int

  private let session: [Int]
  private let round: [Int]
  private let operations: [Int]
  private let elapsed: [Int]

  /// Takes columns; what is missing in a shorter one is left out.
  package init(session: [Int], round: [Int], operations: [Int], elapsed: [Int]) {
    (self.session, self.round, self.operations, self.elapsed) = (session, round, operations, elapsed)
    count = min(session.count, round.count, operations.count, elapsed.count)
  }

  /// Blocks of one session that ran one after the other.
  package struct Run: Sendable, Hashable {
    /// The session.
    package let session: Int
    /// The places of its blocks.
    package let places: Range<Int>

    /// Names blocks.
    package init(session: Int, places: Range<Int>) {
      self.session = session
      self.places = places
    }
  }

  /// The sessions in the order in which they ran.
  package var runs: [Run] {
    var runs: [Run] = []
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, session[end] == session[start] { end += 1 }
      runs.append(Run(session: session[start], places: start..<end))
      start = end
    }
    return runs
  }

  /// The logarithm of each session's operations per nanosecond; without sessions in which nothing ran.
  package var logPaces: [Double] {
    runs.compactMap { run in
      var (all, whole) = (0.0, 0.0)
      for place in run.places {
        all += Double(operations[place])
        whole += Double(elapsed[place])
      }
      return all > 0 && whole > 0 ? Elementary.log(all / whole) : nil
    }
  }

  /// The median of the times of an operation in some blocks, in nanoseconds; nil if in none of them any ran.
  package func medianTime(in places: Range<Int>) -> Double? {
    var times: [Double] = []
    for place in places.clamped(to: 0..<count) where operations[place] > 0 && elapsed[place] > 0 {
      times.append(Double(elapsed[place]) / Double(operations[place]))
    }
    return Median.of(times)
  }

  /// The least number of operations that a block ran; nil of no blocks.
  package var leastOperations: Int? { operations.prefix(count).min() }

  /// The first blocks that ran at least so many operations.
  package func blocks(ofAtLeast least: Int, atMost greatest: Int) -> [Block] {
    var blocks: [Block] = []
    for place in 0..<count where operations[place] >= least {
      guard blocks.count < greatest else { break }
      blocks.append(
        Block(
          session: session[place], round: round[place], operations: operations[place],
          elapsed: elapsed[place]))
    }
    return blocks
  }
}
