extension SampleSet {
  /// The share of the slowest operations, all variants together, whose latencies are cut down for the comparison.
  static let winsorisedShare = 0.05

  /// The same samples with the slowest operations cut down to one latency, that of the share's edge.
  ///
  /// What interrupts an operation, a timer or a hypervisor, takes hundreds of microseconds from a block of two
  /// milliseconds, and hits whom it likes. Winsorising (Tukey, "The future of data analysis", Annals of Mathematical
  /// Statistics 33, 1962) leaves the mean of all that isn't extreme as it is. The edge is that of all variants'
  /// latencies together, so that none is cut more kindly than another; a variant whose slow operations are a larger
  /// share stays slower. Percentiles and operations per second are of the samples as they were.
  ///
  /// Blocks of several clients stay as they are: their time isn't the sum of latencies.
  func winsorised(share: Double = SampleSet.winsorisedShare) -> [Variant: [Block]] {
    // One rank is wanted, but to find it by counting digits takes as many passes as to sort by them.
    let pooled = RadixSort.sorted(series.flatMap(\.latencies))
    let rank = Int((Double(pooled.count) * (1 - share)).rounded(.up)) - 1
    guard rank >= 0, rank < pooled.count else { return blocks }
    let edge = pooled[rank]
    var cut: [Variant: [Block]] = [:]
    for one in series { cut[one.variant] = one.winsorised(at: edge) }
    return cut
  }

  private var blocks: [Variant: [Block]] {
    Dictionary(uniqueKeysWithValues: series.map { ($0.variant, $0.blocks) })
  }
}

extension SampleSet.Series {
  fileprivate func winsorised(at edge: Int) -> [Block] {
    var next = 0
    var cut: [Block] = []
    cut.reserveCapacity(blocks.count)
    for block in blocks {
      guard next + block.operations <= latencies.count else { return blocks }
      var whole = 0
      var kept = 0
      for latency in latencies[next..<(next + block.operations)] {
        whole += latency
        kept += min(latency, edge)
      }
      next += block.operations
      guard whole == block.elapsed else { return blocks }
      cut.append(
        Block(session: block.session, round: block.round, operations: block.operations, elapsed: max(1, kept))
      )
    }
    return cut
  }
}
