public import PGMeasuring
import PGStatistics

/// A case against the stored baseline: how the times of its variants have changed.
public struct BaselineComparison: Sendable, Hashable, Codable {
  /// A variant's time now against the stored one.
  public struct Change: Sendable, Hashable, Codable {
    /// Which variant.
    public let variant: Variant
    /// Its time ÷ the stored time; nil where the baseline hasn't the variant: it is new.
    public let ratio: Double?
    /// The lower end of the 95 % interval.
    public let low: Double?
    /// The upper end.
    public let high: Double?
  }

  /// The baseline's name.
  public let name: String
  /// Why nothing was compared, such as the fields in which the machines differ; nil where it was.
  public let refusal: String?
  /// One for each variant, in the benchmark's order; none where nothing was compared.
  public let changes: [Change]

  /// Compares.
  ///
  /// The intervals are of the two measurements; how one hour of a machine differs from another is not in
  /// them.
  public init(
    name: String, _ baseline: Baseline, of identity: CaseIdentity, samples: SampleSet, here: Fingerprint
  ) {
    self.name = name
    let differences = baseline.fingerprint.differences(from: here)
    guard differences.isEmpty else {
      refusal = "measured on something else: \(differences.joined(separator: "; "))"
      changes = []
      return
    }
    refusal = nil
    let decision = GateDecision(of: identity, samples: samples, baseline: .stored(baseline, here: here))
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.025))
    changes = samples.variants.map { variant in
      let outcome = decision.decide(Gate(variant, .time, .baseline(.percent(0))), rules: rules)
      let figures = outcome.figures
      return Change(variant: variant, ratio: figures?.estimate, low: figures?.low, high: figures?.high)
    }
  }
}
