public import PGMeasuring
public import PGStatistics
import PGVerdicts

/// Two finished runs, case by case and variant by variant: how the times have changed.
package struct RunComparison: Sendable, Hashable {
  /// A variant of a case in both runs, or in one.
  package struct Row: Sendable, Hashable {
    /// Which case.
    package let identity: CaseIdentity
    /// Which variant of it.
    package let variant: Variant
    /// Its time in the first run, in nanoseconds; nil where it isn't there.
    package let old: Double?
    /// Its time in the second run.
    package let new: Double?
    /// New ÷ old with its 95 % interval; nil where one of them is missing.
    package let ratio: RatioEstimate?
  }

  /// The fields in which what they were measured on differs, in words; if there are any, the times don't
  /// compare.
  package let differences: [String]

  /// Why cases may be missing from the first run, or the second, each in a sentence.
  package let warnings: [String]

  /// The rows: the first run's cases in their order, then those that are new.
  package let rows: [Row]

  /// Compares two runs.
  ///
  /// The intervals are of the two measurements; how one hour of a machine differs from another is not in
  /// them.
  package init(_ old: MeasuredRun, _ new: MeasuredRun) {
    differences = old.fingerprint.differences(from: new.fingerprint)
    warnings = old.warnings.map { "of the old run: \($0)" } + new.warnings.map { "of the new run: \($0)" }
    // A file may hold very many.
    let olds = Dictionary(old.cases.map { ($0.identity, $0) }) { first, _ in first }
    let news = Dictionary(new.cases.map { ($0.identity, $0) }) { first, _ in first }
    rows = (old.cases + new.cases.filter { olds[$0.identity] == nil }).flatMap { entry in
      let before = olds[entry.identity]
      let after = news[entry.identity]
      var variants = before?.variants.map(\.variant) ?? []
      for variant in after?.variants.map(\.variant) ?? [] where !variants.contains(variant) {
        variants.append(variant)
      }
      return variants.map { variant in
        Row(
          entry.identity, variant, before?.figure(of: .time, variant: variant),
          after?.figure(of: .time, variant: variant))
      }
    }
  }
}

extension RunComparison.Row {
  fileprivate init(
    _ identity: CaseIdentity, _ variant: Variant, _ old: BaselineFigure?, _ new: BaselineFigure?
  ) {
    self.identity = identity
    self.variant = variant
    self.old = old?.value
    self.new = new?.value
    ratio = old.flatMap { old in new.map { $0.ratio(to: old) } }
  }
}

extension BaselineFigure {
  /// This figure ÷ another that was measured apart.
  fileprivate func ratio(to other: BaselineFigure) -> RatioEstimate {
    logRatio.minus(other.logRatio).ratio(rounds: 0)
  }
}
