public import PGMeasuring
public import PGVerdicts
public import Testing

/// Fails a test when a measured figure is shown to be beyond what it allows.
///
/// Gates of a suite and of a test add up; of two about the same, the nearest to the test counts. Where
/// nothing is said of how much is allowed, the nearest `.tolerance` counts, then PGBENCH_TOLERANCE, then 5 %.
public struct GateTrait: BenchmarkSettingTrait {
  let gate: Gate
}

extension Trait where Self == GateTrait {
  /// A gate that was made elsewhere.
  public static func gate(_ gate: Gate) -> GateTrait { GateTrait(gate: gate) }

  /// An operation of `variant` may take at most so much longer than one of `reference`.
  ///
  /// The gate fails when the interval of the paired ratio is beyond the tolerance, which is to say when
  /// the regression is shown, not when it is possible.
  public static func gate(
    _ variant: Variant, notSlowerThan reference: Variant, by tolerance: Tolerance? = nil
  ) -> GateTrait {
    gate(.notSlower(variant, than: reference, by: tolerance))
  }

  /// A percentile of the latencies or a metric of `variant` may be at most so much above that of `reference`.
  ///
  /// - Parameter quantity: Such as `.latency(.p99)` or `.metric(.clientCPU)`.
  public static func gate(
    _ variant: Variant, _ quantity: Quantity, notAbove reference: Variant, by tolerance: Tolerance? = nil
  ) -> GateTrait {
    gate(Gate(variant, quantity, .reference(reference, tolerance)))
  }

  /// A metric of each variant may be at most so much, in its unit.
  ///
  /// Of counts such as `.allocations`, one more in every operation fails the gate every time.
  public static func gate(_ metric: Metric, atMost limit: Double) -> GateTrait {
    gate(Gate(nil, .metric(metric), .limit(limit)))
  }

  /// A metric of a variant may be at most so much, in its unit.
  public static func gate(_ variant: Variant, _ metric: Metric, atMost limit: Double) -> GateTrait {
    gate(Gate(variant, .metric(metric), .limit(limit)))
  }

  /// A time of each variant may be at most so long: `.time`, `.latency(.p99)`, `.metric(.clientCPU)`.
  public static func gate(_ quantity: Quantity, atMost limit: Duration) -> GateTrait {
    gate(Gate(nil, quantity, .limit(Double(limit.wholeNanoseconds))))
  }

  /// A time of a variant may be at most so long.
  public static func gate(_ variant: Variant, _ quantity: Quantity, atMost limit: Duration) -> GateTrait {
    gate(Gate(variant, quantity, .limit(Double(limit.wholeNanoseconds))))
  }

  /// A figure of each variant may be at most so much above that of the stored baseline, PGBENCH_BASELINE.
  public static func gate(_ quantity: Quantity, notAboveBaselineBy tolerance: Tolerance?) -> GateTrait {
    gate(Gate(nil, quantity, .baseline(tolerance)))
  }

  /// A figure of a variant may be at most so much above that of the stored baseline, PGBENCH_BASELINE.
  ///
  /// The baseline must be of a machine like this one. Even so, times of two hours of one machine differ by
  /// more than a tolerance of some per cent allows: gate counts this way, and times by their ratio to a
  /// frozen reference.
  public static func gate(
    _ variant: Variant, _ quantity: Quantity, notAboveBaselineBy tolerance: Tolerance?
  ) -> GateTrait {
    gate(Gate(variant, quantity, .baseline(tolerance)))
  }

  /// The time of a variant as a multiple of that of a frozen reference, measured in the same rounds, may be
  /// at most so much above the same ratio in the stored baseline, PGBENCH_BASELINE, be that from another
  /// machine.
  ///
  /// - Parameter reference: What doesn't change from commit to commit, such as `.libPQ` (`LibPQDriver`).
  public static func gate(
    _ variant: Variant, relativeTo reference: Variant, notAboveBaselineBy tolerance: Tolerance?
  ) -> GateTrait {
    gate(Gate(variant, .time, .baselineRatio(to: reference, tolerance)))
  }
}
