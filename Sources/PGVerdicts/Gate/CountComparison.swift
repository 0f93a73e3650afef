package import PGMeasuring
package import PGStatistics

/// How often something happened to a variant and to its reference, which chance alone shares evenly between
/// them.
///
/// Both run the same in turns, in an order drawn at random: where the code is the same, whatever happens to a
/// block or to a session happens to either side as likely. So the numbers need no model of how often it
/// happens, and are held against each other by the exact sign test (`SignTest`).
package struct CountComparison: Hashable {
  /// How often with the variant.
  package let count: Int
  /// How often with its reference.
  package let others: Int
  /// How many sessions were looked at.
  package let sessions: Int
  /// The probability of at least so many on the variant's side by chance.
  package let probability: Double

  /// How many are suspicious where the reference has none.
  private let fewest: Int

  /// Seven to none are less than one in a hundred.
  package static let fewestOfWhatIsFrequent = 7

  package init(
    _ count: Int, against others: Int, sessions: Int, fewest: Int = CountComparison.fewestOfWhatIsFrequent
  ) {
    self.fewest = fewest
    self.count = count
    self.others = others
    self.sessions = sessions
    probability = SignTest(count, against: others).probability
  }

  /// The verdict at error rates.
  ///
  /// What has not yet happened may still, so that early looks only find regressions. When two thirds of the
  /// looks are over, what points nowhere near one ends: of one session in eight that are slow, 32 sessions
  /// have none in 1.4 % of cases.
  package func verdict(_ rates: ErrorRates, at look: Look, of looks: Int) -> Verdict {
    if probability <= rates.falseAlarm { return .regressed }
    if look.isLast { return isSuspicious ? .inconclusive : .withinTolerance }
    let isLate = 3 * (look.number + 1) >= 2 * looks
    return isLate && isUnsuspicious ? .withinTolerance : .inconclusive
  }

  /// Whether the variant has hardly any, or no more than its reference.
  private var isUnsuspicious: Bool { count <= others || 2 * count < fewest && probability > 0.2 }

  /// Whether chance would rarely give so many more to the variant.
  ///
  /// Two to none are one in four, if there are two to share at all, which is rare with sessions of a single
  /// client that are off by more than they ever differ; of what happens often, chance must give so many once in
  /// a hundred times.
  package var isSuspicious: Bool {
    count > others && (others == 0 ? count >= fewest : probability <= 0.01)
  }
}

extension CountComparison {
  /// Counts what a gate is about.
  package init(
    _ gate: Gate, of variant: Variant, to reference: Variant, in samples: SampleSet,
    comparable: [Variant: [Block]]
  ) throws(GateRefusal) {
    guard let series = samples[variant], let other = samples[reference] else {
      throw GateRefusal(reason: "the benchmark has no variants \(variant) and \(reference)")
    }
    let sessions = series.blocks.sessions.count
    guard gate.quantity == .slowSessions else {
      self.init(series.disturbedBlocks, against: other.disturbedBlocks, sessions: sessions)
      return
    }
    let logs = comparable.sessionLogRatios(of: variant, against: reference)
    let outliers = OutlyingSessions(logs, allowance: gate.tolerance ?? .percent(0))
    // In which order several clients come to run is a session's own: with one build in two variants, one case
    // in eight had two sessions or more that were off, all on one side.
    self.init(
      outliers.slow, against: outliers.fast, sessions: sessions,
      fewest: samples.clients == 1 ? 2 : Self.fewestOfWhatIsFrequent)
  }
}

/// The sessions in which the ratio of two variants was another than in most.
package struct OutlyingSessions: Sendable, Hashable {
  /// In how many the variant was slow.
  package let slow: Int
  /// In how many its reference was.
  package let fast: Int

  /// - Parameter logs: The logarithm of each session's ratio.
  /// - Parameter allowance: How far off a session's ratio is at least.
  package init(_ logs: [Double], allowance: Tolerance) {
    guard let middle = Median.of(logs), let spread = Median.of(logs.map { abs($0 - middle) }) else {
      (slow, fast) = (0, 0)
      return
    }
    // Of the normal distribution one value in 1.7 million is as far off: 5 standard deviations, which are
    // 1.4826 median absolute deviations each (Hampel, Journal of the American Statistical Association 69,
    // 1974).
    let distance = max(Elementary.log(allowance.greatestRatio), 5 * 1.4826 * spread)
    slow = logs.count { $0 - middle > distance }
    fast = logs.count { middle - $0 > distance }
  }
}
