/// How much time an operation takes with a variant, as a multiple of what it takes with its reference.
public struct RatioEstimate: Sendable, Hashable, Codable {
  /// Time per operation of the variant ÷ that of the reference: 1.1 is 10 % slower.
  public let ratio: Double

  /// The lower end of the confidence interval.
  public let low: Double

  /// The upper end of the confidence interval.
  public let high: Double

  /// How sure the interval is to hold the true ratio, such as 0.95.
  public let confidence: Double

  /// How many sessions (sets of fresh connections) the estimate rests on.
  ///
  /// With one session the interval knows nothing of how sessions differ, which is a few tenths of a per cent.
  public let sessions: Int

  /// How many rounds were paired, all sessions together.
  public let rounds: Int

  /// Records an estimate.
  public init(ratio: Double, low: Double, high: Double, confidence: Double, sessions: Int, rounds: Int) {
    self.ratio = ratio
    self.low = low
    self.high = high
    self.confidence = confidence
    self.sessions = sessions
    self.rounds = rounds
  }

  /// The same estimate seen from the reference: reference ÷ variant.
  public var inverted: RatioEstimate {
    RatioEstimate(
      ratio: 1 / ratio, low: 1 / high, high: 1 / low, confidence: confidence, sessions: sessions,
      rounds: rounds)
  }

  /// What an estimate shows about a variant.
  public enum Finding: Sendable, Hashable {
    /// The variant takes less time: the whole interval is below 1.
    case faster
    /// The variant takes more time: the whole interval is above 1.
    case slower
    /// The interval holds 1. That is not to say that there is no difference.
    case noDifferenceShown
  }

  /// Which of the two is faster, as far as the interval tells.
  public var finding: Finding {
    if high < 1 { return .faster }
    if low > 1 { return .slower }
    return .noDifferenceShown
  }

  /// The difference of the operations per second, (variant − reference) ÷ reference, and its interval.
  ///
  /// A fraction: 0.1 when the variant does 10 % more operations in the same time.
  public var rateDifference: (value: Double, low: Double, high: Double) {
    (1 / ratio - 1, 1 / high - 1, 1 / low - 1)
  }
}
