import PGStatistics

extension SampleSet {
  /// The share of a session's slowest operations whose latencies are cut down for the comparison.
  package static let winsorisedShare = 0.05

  /// The same samples with each variant's slowest operations cut down to one latency, that of the share's
  /// edge.
  ///
  /// What interrupts an operation, a timer or a hypervisor, takes hundreds of microseconds from a block of
  /// two milliseconds, and hits any variant at random. Winsorising (Tukey, "The future of data analysis",
  /// Annals of Mathematical Statistics 33, 1962) leaves the mean of all that isn't extreme as it is. Each
  /// variant has an edge of its own, so that one whose operations all take a tenth longer stays a tenth
  /// slower: cut at a common edge, it would lose more of its operations' times than the other, and seem some
  /// per cent of the difference less slow. And each session has its own, so that where an edge happens to lie
  /// is a matter of the session, and shows in the spread between sessions. Percentiles and operations per
  /// second are of the samples as they were.
  ///
  /// Blocks of several clients stay as they are: their time isn't the sum of latencies.
  package func winsorised(share: Double = SampleSet.winsorisedShare) -> [Variant: [Block]] {
    Dictionary(uniqueKeysWithValues: series.map { ($0.variant, $0.winsorised(share: share)) })
  }
}

extension SampleSet.Series {
  /// The blocks with what each session's slowest operations take cut down.
  fileprivate func winsorised(share: Double) -> [Block] {
    var cut: [Block] = []
    cut.reserveCapacity(blocks.count)
    var next = 0
    for session in blocks.sessions {
      let operations = session.reduce(0) { $0 + $1.operations }
      guard next + operations <= latencies.count,
        let kept = Self.winsorised(session, latencies[next..<(next + operations)], share)
      else { return blocks }
      cut += kept
      next += operations
    }
    return cut
  }

  /// One session's blocks; nil where their times aren't the sums of latencies.
  private static func winsorised(
    _ blocks: ArraySlice<Block>, _ latencies: ArraySlice<Int>, _ share: Double
  ) -> [Block]? {
    let sorted = RadixSort.sorted(Array(latencies))
    let rank = Int((Double(sorted.count) * (1 - share)).rounded(.up)) - 1
    guard sorted.indices.contains(rank) else { return Array(blocks) }
    let edge = sorted[rank]
    var next = latencies.startIndex
    var cut: [Block] = []
    for block in blocks {
      var whole = 0
      var kept = 0
      for latency in latencies[next..<(next + block.operations)] {
        whole += latency
        kept += min(latency, edge)
      }
      next += block.operations
      guard whole == block.elapsed else { return nil }
      cut.append(
        Block(
          session: block.session, round: block.round, operations: block.operations, elapsed: max(1, kept)))
    }
    return cut
  }
}
