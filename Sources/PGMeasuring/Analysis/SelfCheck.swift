public import PGStatistics

/// How noisy a case was, and what it could have seen: the measurement held against itself.
public struct SelfCheck: Sendable, Hashable, Codable {
  /// A variant against itself.
  public struct NoiseFloor: Sendable, Hashable, Codable {
    /// Which variant.
    public let variant: Variant
    /// Half of its sessions against the other half: the ratio of their times, with its interval.
    public let ratio: RatioEstimate

    /// The difference that the variant shows against itself by chance: a fraction, the interval's half-width.
    ///
    /// Drift of the machine between sessions is in it, which comparisons within rounds are free of.
    public var value: Double { (ratio.high - ratio.low) / 2 }
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
  public let noiseFloors: [NoiseFloor]

  /// One for each comparison.
  public let sensitivities: [Sensitivity]
}

extension SelfCheck {
  /// Checks a case's samples.
  ///
  /// The sessions of one half are the first and the fourth of every four, those of the other the second and
  /// the third, so that a steady drift is in both alike.
  ///
  /// - Parameter comparable: The samples' blocks as they are compared: winsorised.
  package init(variants: [Variant], comparable: [Variant: [Block]], comparisons: [Comparison]) {
    noiseFloors = variants.compactMap { variant in
      Self.split(comparable[variant] ?? []).map { NoiseFloor(variant: variant, ratio: $0) }
    }
    sensitivities = comparisons.map { comparison in
      let estimate = comparison.estimate
      // The half-width is a t of the standard error; what is added for nine of ten is the normal
      // distribution's.
      let halfWidth = (Elementary.log(estimate.high) - Elementary.log(estimate.low)) / 2
      return Sensitivity(
        variant: comparison.pair.variant, reference: comparison.pair.reference,
        smallestDetectableChange: Elementary.exp(min(700, halfWidth * (1 + 1.2816 / 1.96))) - 1)
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
