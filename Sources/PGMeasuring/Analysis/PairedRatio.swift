package import PGStatistics

/// Estimates the ratio of two variants' times per operation from blocks that ran side by side.
///
/// The statistic of a block is its time ÷ its operations; `Analysis` winsorises it before. Blocks of the same
/// session and round ran next to each other, so whatever drifts is in both, and the logarithm of their
/// quotient is free of it. Rounds of one session share its connections and are not independent of each other,
/// therefore:
///
/// 1. within each session, the 20 % trimmed mean of its rounds' log ratios: one block in five may be
///   disturbed in either direction, and of 1 s of calm rounds it says a tenth more than their median;
/// 2. over the sessions, the 20 % trimmed mean of these and its Tukey–McLaughlin interval (`TrimmedMean`).
///
/// With one session only, the trimmed mean and the interval are those of its rounds.
///
/// Why no bootstrap: simulated with session effects of 0.2 %, t₃ noise of 2 % and stray sessions of 5 %, the
/// 95 % interval made here covers the truth in 93 to 96 % of cases from two sessions on. Resampling
/// sessions and then rounds counts the rounds' noise twice (97 to 99.7 % from eight sessions on, a quarter
/// wider where that noise dominates) and still falls to 90 % with two sessions. Student's interval covers as
/// well, but a single stray session doubles it. And nothing random remains.
package enum PairedRatio {
  /// The fewest paired rounds of which an interval can be made.
  package static let fewestRounds = 2

  /// Estimates variant ÷ reference.
  ///
  /// Blocks are paired by session and round; blocks without a partner, without operations or without
  /// elapsed time are left out. The blocks may come in any order. The confidence is a fraction, such as 0.95.
  package static func estimate(
    of variant: [Block], against reference: [Block], confidence: Double = 0.95
  ) throws(PairedRatioError) -> RatioEstimate {
    guard confidence > 0, confidence < 1 else { throw .confidenceOutOfRange(confidence) }
    let sessions = logRatiosBySession(variant, reference)
    let rounds = sessions.reduce(0) { $0 + $1.count }
    let values = sessions.count == 1 ? sessions[0] : sessions.compactMap(TrimmedMean.mean(of:))
    guard let mean = TrimmedMean(of: values) else { throw .tooFewRounds(paired: rounds) }
    let halfWidth = mean.halfWidth(confidence: confidence)
    return RatioEstimate(
      ratio: Elementary.ratio(ofLog: mean.mean),
      low: Elementary.ratio(ofLog: mean.mean - halfWidth),
      high: Elementary.ratio(ofLog: mean.mean + halfWidth),
      confidence: confidence, sessions: sessions.count, rounds: rounds)
  }

  private struct Turn: Hashable {
    let session: Int
    let round: Int
  }

  /// The trimmed mean of the log ratios of each session; of one session alone, the log ratio of each round.
  package static func sessionLogRatios(of variant: [Block], against reference: [Block]) -> [Double] {
    let sessions = logRatiosBySession(variant, reference)
    return sessions.count == 1 ? sessions[0] : sessions.compactMap(TrimmedMean.mean(of:))
  }

  private static func logRatiosBySession(_ variant: [Block], _ reference: [Block]) -> [[Double]] {
    var partners: [Turn: Double] = [:]
    partners.reserveCapacity(reference.count)
    for block in reference {
      partners[Turn(session: block.session, round: block.round)] = block.timePerOperation
    }
    var sessions: [Int: [Double]] = [:]
    for block in variant {
      guard let time = block.timePerOperation,
        let partner = partners[Turn(session: block.session, round: block.round)]
      else { continue }
      sessions[block.session, default: []].append(Elementary.log(time / partner))
    }
    return sessions.sorted { $0.key < $1.key }.map(\.value)
  }
}

extension [Variant: [Block]] {
  /// The same of two of these variants (`PairedRatio.sessionLogRatios`); none where one has no blocks.
  package func sessionLogRatios(of variant: Variant, against reference: Variant) -> [Double] {
    PairedRatio.sessionLogRatios(of: self[variant] ?? [], against: self[reference] ?? [])
  }
}

/// Why two variants could not be compared.
package enum PairedRatioError: Error, Sendable, Hashable {
  /// Fewer rounds were measured with both variants than an interval needs.
  case tooFewRounds(paired: Int)

  /// The confidence is not between 0 and 1.
  case confidenceOutOfRange(Double)
}

extension PairedRatioError: CustomStringConvertible {
  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .tooFewRounds(let paired):
      let rounds = paired == 1 ? "1 round was" : "\(paired) rounds were"
      return """
        only \(rounds) measured with both, and an interval needs \(PairedRatio.fewestRounds) at least: \
        give the case a longer budget
        """
    case .confidenceOutOfRange(let confidence):
      return "a confidence is a fraction between 0 and 1, such as 0.95, not \(confidence)"
    }
  }
}

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
