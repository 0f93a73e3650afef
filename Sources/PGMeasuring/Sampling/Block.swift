/// The operations that one variant ran in a row in one round: the smallest unit that is compared.
package struct Block: Sendable, Hashable {
  /// The session (a set of fresh connections), from 0.
  package let session: Int

  /// The round within the session, from 0.
  package let round: Int

  /// How many operations were run, all clients together.
  package let operations: Int

  /// Wall time of the whole block in nanoseconds.
  package let elapsed: Int

  /// What the whole block used besides time, in each metric's unit; without those that could not be had.
  package internal(set) var usage: [Metric: Double]

  /// Records a block.
  package init(session: Int, round: Int, operations: Int, elapsed: Int, usage: [Metric: Double] = [:]) {
    self.session = session
    self.round = round
    self.operations = operations
    self.elapsed = elapsed
    self.usage = usage
  }

  /// Wall nanoseconds for each operation; nil when nothing ran or no time passed.
  package var timePerOperation: Double? {
    operations > 0 && elapsed > 0 ? Double(elapsed) / Double(operations) : nil
  }
}

extension [Block] {
  /// The blocks session by session, in the order in which they ran.
  package var sessions: [ArraySlice<Block>] {
    var sessions: [ArraySlice<Block>] = []
    var rest = self[...]
    while let first = rest.first {
      let session = rest.prefix { $0.session == first.session }
      sessions.append(session)
      rest = rest.dropFirst(session.count)
    }
    return sessions
  }
}
