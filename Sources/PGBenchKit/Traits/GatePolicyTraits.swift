public import PGMeasuring
import PGVerdicts
public import Testing

/// Says by how much a figure may be off where a gate doesn't.
public struct ToleranceTrait: BenchmarkSettingTrait {
  let tolerance: Tolerance
}

/// Says what becomes of gates that could not be decided.
public struct GatePolicyTrait: BenchmarkSettingTrait {
  let policy: GatePolicy
}

extension Trait where Self == ToleranceTrait {
  /// By how much a figure may be off where a gate doesn't say; PGBENCH_TOLERANCE, or 5 %, unless it is given.
  public static func tolerance(_ tolerance: Tolerance) -> ToleranceTrait {
    ToleranceTrait(tolerance: tolerance)
  }
}

extension Trait where Self == GatePolicyTrait {
  /// What becomes of gates that could not be decided; PGBENCH_GATE's policy unless it is given.
  public static func gates(_ policy: GatePolicy) -> GatePolicyTrait { GatePolicyTrait(policy: policy) }
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
    case .inconclusive, .refused: self == .strict ? .error : .warning
    }
  }
}
