public import PGStatistics

/// How noisy a case was, and what it could have seen: the measurement held against itself.
public struct SelfCheck: Sendable, Hashable, Codable {
  /// A variant against itself.
  public struct SelfComparison: Sendable, Hashable, Codable {
    /// Which variant.
    public let variant: Variant
    /// Half of its sessions against the other half: the ratio of their times, with its interval.
    public let ratio: RatioEstimate

    /// The difference that the variant shows against itself by chance: a fraction, the half-width of the
    /// interval, which more sessions make narrower.
    ///
    /// Drift of the machine between sessions is in it, which comparisons within rounds are free of.
    public var halfWidth: Double { (ratio.high - ratio.low) / 2 }
  }

  /// What a comparison could have seen.
  public struct Sensitivity: Sendable, Hashable, Codable {
    /// The variant in question.
    public let variant: Variant
    /// Its reference.
    public let reference: Variant
    /// The smallest slowdown that its 95 % interval would have shown in nine of ten such measurements: a
    /// fraction.
    public let smallestDetectableChange: Double
  }

  /// One for each variant, in the benchmark's order; without those of fewer than four sessions.
  public let selfComparisons: [SelfComparison]

  /// One for each comparison.
  public let sensitivities: [Sensitivity]

  private enum CodingKeys: String, CodingKey {
    // The name that reports have had from the first on.
    case selfComparisons = "noiseFloors"
    case sensitivities
  }
}

extension SelfCheck {
  /// Checks a case's samples.
  ///
  /// The sessions of one half are the first and the fourth of every four, those of the other the second and
  /// the third, so that a steady drift is in both alike.
  ///
  /// - Parameter comparable: The samples' blocks as they are compared: winsorised.
  package init(variants: [Variant], comparable: [Variant: [Block]], comparisons: [Comparison]) {
    selfComparisons = variants.compactMap { variant in
      Self.split(comparable[variant] ?? []).map { SelfComparison(variant: variant, ratio: $0) }
    }
    sensitivities = comparisons.map { comparison in
      let estimate = comparison.estimate
      let excess = SessionEstimate(of: estimate).detectable(
        errorRate: (1 - estimate.confidence) / 2, power: 0.9)
      return Sensitivity(
        variant: comparison.pair.variant, reference: comparison.pair.reference,
        smallestDetectableChange: Elementary.ratio(ofLog: excess) - 1)
    }
  }

  private static func split(_ blocks: [Block]) -> RatioEstimate? {
    var halves: [[Double]] = [[], []]
    let sessions = blocks.sessions
    for (number, session) in sessions.enumerated() {
      guard let time = Median.of(session.compactMap(\.timePerOperation)) else { continue }
      halves[number % 4 == 0 || number % 4 == 3 ? 0 : 1].append(Elementary.log(time))
    }
    guard let first = try? SessionEstimate(of: halves[0]), let second = try? SessionEstimate(of: halves[1])
    else { return nil }
    return second.minus(first).ratio(rounds: blocks.count)
  }
}

/// A figure with its standard error, over sessions.
package struct SessionEstimate: Hashable {
  /// The figure: in its unit, or the logarithm of a ratio.
  package let value: Double
  /// Its standard error; 0 for what is exact.
  package let standardError: Double
  /// The degrees of freedom of the standard error.
  package let degreesOfFreedom: Int
  /// How many sessions, or groups of them, it rests on.
  package let sessions: Int

  package init(value: Double, standardError: Double, degreesOfFreedom: Int, sessions: Int) {
    self.value = value
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
    self.sessions = sessions
  }

  /// The logarithm of a ratio, with the error that its interval was made of.
  init(of ratio: RatioEstimate) {
    self.init(
      value: Elementary.log(ratio.ratio), standardError: ratio.logStandardError,
      degreesOfFreedom: ratio.degreesOfFreedom, sessions: ratio.sessions)
  }

  /// The trimmed mean of the sessions' values.
  package init(of values: [Double]) throws(GateRefusal) {
    guard let mean = TrimmedMean(of: values) else {
      throw GateRefusal(
        reason: """
          only \(Format.amount(values.count, "round")) was measured, and an interval takes two: give the \
          case a longer budget
          """)
    }
    self.init(
      value: mean.mean, standardError: mean.standardError, degreesOfFreedom: mean.degreesOfFreedom,
      sessions: values.count)
  }

  /// How far a one-sided bound that is wrong with this probability lies from the value.
  ///
  /// Student's t holds back to a millionth of a millionth; nothing here is surer than that.
  package func margin(errorRate: Double) -> Double {
    guard standardError > 0 else { return 0 }
    return standardError
      * StudentT.twoSidedQuantile(
        confidence: 1 - 2 * min(max(errorRate, 1e-12), 0.5), degreesOfFreedom: degreesOfFreedom)
  }

  /// How far the true value must be beyond a bound, so that a test with this error rate shows it with this
  /// probability.
  package func detectable(errorRate: Double, power: Double) -> Double {
    guard standardError > 0 else { return 0 }
    return standardError
      * StudentT.noncentrality(
        beyond: margin(errorRate: errorRate) / standardError, power: power, degreesOfFreedom: degreesOfFreedom
      )
  }

  /// The ratio that this logarithm stands for, with its 95 % interval.
  package func ratio(rounds: Int) -> RatioEstimate {
    let confidence = 0.95
    let margin = margin(errorRate: (1 - confidence) / 2)
    return RatioEstimate(
      ratio: Elementary.ratio(ofLog: value), low: Elementary.ratio(ofLog: value - margin),
      high: Elementary.ratio(ofLog: value + margin), confidence: confidence, sessions: sessions,
      rounds: rounds)
  }

  /// This figure less another that was measured apart.
  ///
  /// The standard errors add up as squares. The degrees of freedom are the fewer of the two: never more than
  /// Welch's (Biometrika 34, 1947), so that the interval is rather too wide.
  package func minus(_ other: SessionEstimate) -> SessionEstimate {
    let isOtherExact = other.standardError == 0
    return SessionEstimate(
      value: value - other.value,
      standardError: (standardError * standardError + other.standardError * other.standardError).squareRoot(),
      degreesOfFreedom: isOtherExact ? degreesOfFreedom : min(degreesOfFreedom, other.degreesOfFreedom),
      sessions: sessions)
  }
}

/// Why a gate can't be decided from what was measured, and what to do.
package struct GateRefusal: Error, Hashable {
  package let reason: String
  /// Whether more sessions would mend it.
  package let isOfTooFew: Bool

  package init(reason: String, isOfTooFew: Bool = false) {
    self.reason = reason
    self.isOfTooFew = isOfTooFew
  }
}
