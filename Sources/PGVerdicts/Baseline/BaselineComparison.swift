public import PGMeasuring
import PGStatistics

/// A case against the stored baseline: how the times of its variants have changed.
package struct BaselineComparison: Sendable, Hashable, Codable {
  /// A variant's time now against the stored one.
  package struct Change: Sendable, Hashable, Codable {
    /// Which variant.
    package let variant: Variant
    /// Its time ÷ the stored time; nil where the baseline hasn't the variant: it is new.
    package let ratio: Double?
    /// The lower end of the 95 % interval.
    package let low: Double?
    /// The upper end.
    package let high: Double?
  }

  /// The baseline's name.
  package let name: String
  /// Why nothing was compared, such as the fields in which the machines differ; nil where it was.
  package let refusal: String?
  /// One for each variant, in the benchmark's order; none where nothing was compared.
  package let changes: [Change]

  /// Compares.
  ///
  /// The intervals are of the two measurements; how one hour of a machine differs from another is not in
  /// them.
  package init(
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
