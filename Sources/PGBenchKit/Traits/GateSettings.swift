public import PGMeasuring
public import PGVerdicts
public import Testing

// What a case's figures are held against. Gates of a suite and of a test add up; of two about the same, the
// nearest to the test counts. Where nothing is said of how much is allowed, the nearest `.tolerance` counts,
// then PGBENCH_TOLERANCE, then 5 %.
extension Trait where Self == BenchmarkSetting {
  /// A gate that was made elsewhere: the test fails when a figure is shown to be beyond what it allows.
  public static func gate(_ gate: Gate) -> Self { Self { $0.add(gate) } }

  /// An operation of `variant` may take at most so much longer than one of `reference`.
  ///
  /// The gate fails when the interval of the paired ratio is beyond the tolerance, which is to say when
  /// the regression is shown, not when it is possible.
  public static func gate(
    _ variant: Variant, notSlowerThan reference: Variant, by tolerance: Tolerance? = nil
  ) -> Self {
    gate(.notSlower(variant, than: reference, by: tolerance))
  }

  /// A percentile of the latencies or a metric of `variant` may be at most so much above that of `reference`.
  ///
  /// - Parameter variant: Whose figure is gated.
  /// - Parameter quantity: Such as `.latency(.p99)` or `.metric(.clientCPU)`.
  /// - Parameter reference: What it is held against.
  /// - Parameter tolerance: How much more is allowed; the nearest `.tolerance` unless it is given.
  public static func gate(
    _ variant: Variant, _ quantity: Quantity, notAbove reference: Variant, by tolerance: Tolerance? = nil
  ) -> Self {
    gate(Gate(variant, quantity, .reference(reference, tolerance)))
  }

  /// A metric of each variant may be at most so much, in its unit.
  ///
  /// Of counts such as `.allocations`, one more in every operation fails the gate every time.
  public static func gate(_ metric: Metric, atMost limit: Double) -> Self {
    gate(Gate(nil, .metric(metric), .limit(limit)))
  }

  /// A metric of a variant may be at most so much, in its unit.
  public static func gate(_ variant: Variant, _ metric: Metric, atMost limit: Double) -> Self {
    gate(Gate(variant, .metric(metric), .limit(limit)))
  }

  /// A time of each variant may be at most so long: `.time`, `.latency(.p99)`, `.metric(.clientCPU)`.
  public static func gate(_ quantity: Quantity, atMost limit: Duration) -> Self {
    gate(Gate(nil, quantity, .limit(Double(limit.wholeNanoseconds))))
  }

  /// A time of a variant may be at most so long.
  public static func gate(_ variant: Variant, _ quantity: Quantity, atMost limit: Duration) -> Self {
    gate(Gate(variant, quantity, .limit(Double(limit.wholeNanoseconds))))
  }

  /// A figure of each variant may be at most so much above that of the stored baseline, PGBENCH_BASELINE.
  public static func gate(_ quantity: Quantity, notAboveBaselineBy tolerance: Tolerance?) -> Self {
    gate(Gate(nil, quantity, .baseline(tolerance)))
  }

  /// A figure of a variant may be at most so much above that of the stored baseline, PGBENCH_BASELINE.
  ///
  /// The baseline must be of a machine like this one. Even so, times of two hours of one machine differ by
  /// more than a tolerance of some per cent allows: gate counts this way, and times by their ratio to a
  /// frozen reference.
  public static func gate(
    _ variant: Variant, _ quantity: Quantity, notAboveBaselineBy tolerance: Tolerance?
  ) -> Self {
    gate(Gate(variant, quantity, .baseline(tolerance)))
  }

  /// The time of a variant as a multiple of that of a frozen reference, measured in the same rounds, may be
  /// at most so much above the same ratio in the stored baseline, PGBENCH_BASELINE, be that from another
  /// machine.
  ///
  /// - Parameter variant: Whose figure is gated.
  /// - Parameter reference: What doesn't change from commit to commit, such as `.libPQ` (`LibPQDriver`).
  /// - Parameter tolerance: How much more is allowed; the nearest `.tolerance` unless it is given.
  public static func gate(
    _ variant: Variant, relativeTo reference: Variant, notAboveBaselineBy tolerance: Tolerance?
  ) -> Self {
    gate(Gate(variant, .time, .baselineRatio(to: reference, tolerance)))
  }

  /// By how much a figure may be off where a gate doesn't say; PGBENCH_TOLERANCE, or 5 %, unless it is given.
  public static func tolerance(_ tolerance: Tolerance) -> Self { Self { $0.tolerance = tolerance } }

  /// By how much something else than the typical time may be off where two variants or two commits are
  /// compared.
  ///
  /// What is compared, and what is allowed unless it is given: `.wholeTime` and `.slowSessions`, what the
  /// typical time is allowed and 5 % at least; `.slowOperations`, 10 more of a thousand. Between commits also
  /// `.disturbedBlocks`, none more than chance gives; `.connecting` and `.firstOperation`, 25 % and at least
  /// 500 and 200 µs; and of metrics `.allocations`, half of one, `.allocatedBytes`, 2 % and at least 64, and
  /// `.residentGrowth`, 1,024 bytes.
  public static func tolerance(_ tolerance: Tolerance, of quantity: Quantity) -> Self {
    Self { $0.add(QuestionChange(quantity, allowing: tolerance)) }
  }

  /// Something else than the typical time isn't compared; the report says so, and why.
  public static func irrelevant(_ quantity: Quantity, because reason: String) -> Self {
    Self { $0.add(QuestionChange(quantity, irrelevantBecause: reason)) }
  }

  /// What becomes of gates that could not be decided; PGBENCH_GATE's policy unless it is given.
  public static func gates(_ policy: GatePolicy) -> Self { Self { $0.policy = policy } }
}

/// What fails a test, and what only warns: PGBENCH_GATE.
public enum GatePolicy: String, Sendable, Hashable, CaseIterable {
  /// Nothing fails: regressions warn as well.
  case warn
  /// Regressions fail; what could not be decided, or was refused, warns. The default.
  case fail
  /// Whatever isn't shown to be kept fails.
  case strict

  /// How a verdict is to be recorded; nil for what is as it should be.
  func severity(of verdict: Verdict) -> Issue.Severity? {
    switch verdict {
    case .withinTolerance, .improved, .new: nil
    case .regressed: self == .warn ? .warning : .error
    case .suspect, .inconclusive, .refused: self == .strict ? .error : .warning
    }
  }
}
