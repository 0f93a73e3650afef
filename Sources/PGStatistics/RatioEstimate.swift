#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

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
    mean = Self.mean(kept)

    let winsorised = sorted.indices.map { sorted[min(max($0, trimmed), count - 1 - trimmed)] }
    let center = winsorised.reduce(0, +) / Double(count)
    let squares = winsorised.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    standardError = (squares / Double(kept.count * (kept.count - 1))).squareRoot()
    degreesOfFreedom = kept.count - 1
  }

  /// The trimmed mean alone; nil of no values.
  package static func mean(of values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let trimmed = trimmed(of: values.count)
    return mean(values.sorted()[trimmed..<(values.count - trimmed)])
  }

  private static func mean(_ kept: ArraySlice<Double>) -> Double { kept.reduce(0, +) / Double(kept.count) }

  private static func trimmed(of count: Int) -> Int { count / 5 }

  /// How far the interval reaches to either side.
  package func halfWidth(confidence: Double) -> Double {
    standardError
      * StudentT.twoSidedQuantile(confidence: confidence, degreesOfFreedom: degreesOfFreedom)
  }
}

/// Student's t distribution with a whole number of degrees of freedom.
package enum StudentT {
  /// The t that a share of the distribution lies within, on both sides of 0: 12.7 for 0.95 and 1 degree.
  ///
  /// Found by bisection over the angle atan(t/√ν), which is bounded where t is not.
  ///
  /// Degrees beyond 10,000, with which it is the normal distribution's to four digits, count as so many.
  package static func twoSidedQuantile(confidence: Double, degreesOfFreedom: Int) -> Double {
    let degreesOfFreedom = min(max(degreesOfFreedom, 1), 10_000)
    var low = 0.0
    var high = Double.pi / 2
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if share(within: middle, degreesOfFreedom: degreesOfFreedom) < confidence {
        low = middle
      } else {
        high = middle
      }
    }
    return tan((low + high) / 2) * Double(degreesOfFreedom).squareRoot()
  }

  /// How much of the distribution has |t| below √ν·tan(angle): the finite series 26.7.3 and 26.7.4 of
  /// Abramowitz and Stegun, "Handbook of Mathematical Functions".
  package static func share(within angle: Double, degreesOfFreedom: Int) -> Double {
    let sine = sin(angle)
    let cosine = cos(angle)
    let isOdd = degreesOfFreedom % 2 == 1
    var term = isOdd ? cosine : 1
    var sum = degreesOfFreedom == 1 ? 0 : term
    var power = isOdd ? 3 : 2
    while power <= degreesOfFreedom - 2 {
      term *= cosine * cosine * Double(power - 1) / Double(power)
      sum += term
      power += 2
    }
    return isOdd ? (angle + sine * sum) * 2 / .pi : sine * sum
  }
}

/// The elementary functions that the statistics need, from whichever C library the platform has.
package enum Elementary {
  /// The ratio that a logarithm stands for, kept where both it and its inverse are finite.
  ///
  /// Two rounds and a confidence of 0.9999 may give an interval without practical bounds, and JSON has no
  /// infinity.
  package static func ratio(ofLog log: Double) -> Double { exp(min(max(log, -700), 700)) }

  package static func log(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log(x)
    #elseif canImport(Glibc)
      Glibc.log(x)
    #elseif canImport(Musl)
      Musl.log(x)
    #endif
  }

  package static func exp(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.exp(x)
    #elseif canImport(Glibc)
      Glibc.exp(x)
    #elseif canImport(Musl)
      Musl.exp(x)
    #endif
  }
}
