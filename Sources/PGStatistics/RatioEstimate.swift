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

  /// The degrees of freedom of the interval's Student's t: those of the sessions, or of the rounds of a
  /// single one.
  package var degreesOfFreedom: Int {
    TrimmedMean.degreesOfFreedom(of: sessions == 1 ? rounds : sessions)
  }

  /// The standard error of the ratio's logarithm, which the interval was made of.
  package var logStandardError: Double {
    (Elementary.log(high) - Elementary.log(low)) / 2
      / StudentT.twoSidedQuantile(confidence: confidence, degreesOfFreedom: degreesOfFreedom)
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
}

/// The 20 % trimmed mean of a few values and its standard error.
///
/// The lowest and the highest fifth (rounded down) are left out of the mean, so that a value in five may be
/// far off without moving it much; the interval is Tukey and McLaughlin's (Sankhyā A 25, 1963, as used by
/// Yuen, Biometrika 61, 1974): Student's t with the degrees of freedom of what is left, and a standard error
/// from the winsorised squares. Below five values nothing is trimmed and it is Student's own interval.
package struct TrimmedMean {
  /// The trimmed mean.
  package let mean: Double

  /// Its standard error.
  package let standardError: Double

  /// The degrees of freedom of the standard error.
  package let degreesOfFreedom: Int

  /// Computes all three; nil for fewer than two values, whose spread is unknown.
  package init?(of values: [Double]) {
    let count = values.count
    guard count >= 2 else { return nil }
    let sorted = values.sorted()
    let trimmed = Self.trimmed(of: count)
    let kept = sorted[trimmed..<(count - trimmed)]
    guard sorted[0] != sorted[count - 1] else {
      // Exact means exact: the mean of ten times 0.1 is not 0.1, and their squares don't add up to 0.
      (mean, standardError, degreesOfFreedom) = (sorted[0], 0, kept.count - 1)
      return
    }
    mean = Self.mean(kept)

    let winsorised = sorted.indices.map { sorted[min(max($0, trimmed), count - 1 - trimmed)] }
    let center = winsorised.reduce(0, +) / Double(count)
    let squares = winsorised.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    standardError = (squares / Double(kept.count * (kept.count - 1))).squareRoot()
    degreesOfFreedom = kept.count - 1
  }

  /// The trimmed mean alone; nil of no values.
  package static func mean(of values: [Double]) -> Double? {
    let sorted = values.sorted()
    guard let least = sorted.first, let greatest = sorted.last else { return nil }
    let trimmed = trimmed(of: values.count)
    return least == greatest ? least : mean(sorted[trimmed..<(values.count - trimmed)])
  }

  private static func mean(_ kept: ArraySlice<Double>) -> Double { kept.reduce(0, +) / Double(kept.count) }

  private static func trimmed(of count: Int) -> Int { count / 5 }

  /// The degrees of freedom that the standard error of so many values has.
  package static func degreesOfFreedom(of count: Int) -> Int { max(1, count - 2 * trimmed(of: count) - 1) }

  /// How far the interval reaches to either side.
  package func halfWidth(confidence: Double) -> Double {
    standardError
      * StudentT.twoSidedQuantile(confidence: confidence, degreesOfFreedom: degreesOfFreedom)
  }
}
