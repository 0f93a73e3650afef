public import PGBenchCore
public import Testing

/// Fails a test when a measured difference is beyond what it allows.
public struct GateTrait: BenchmarkSettingTrait {
  let gate: Gate
}

extension Trait where Self == GateTrait {
  /// An operation of `variant` may take at most so much longer than one of `reference`.
  ///
  /// The gate fails when the whole confidence interval of the paired ratio is beyond the tolerance, which is to say when
  /// the regression is shown, not when it is possible. Gates of a suite and of a test add up; of two on the same
  /// variants the nearest to the test counts.
  public static func gate(
    _ variant: Variant, notSlowerThan reference: Variant, by tolerance: Tolerance
  ) -> GateTrait {
    GateTrait(gate: .notSlower(variant, than: reference, by: tolerance))
  }
}
