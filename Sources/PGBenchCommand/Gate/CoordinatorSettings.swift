import PGBenchHost
import PGMeasuring
import PGSystem

/// What a comparison of commits is told.
struct CoordinatorSettings: Sendable {
  /// Which tests are benchmarks, as `swift test --filter` has it.
  let filter: String
  /// What an operation's time may be above the base's.
  let tolerance: Tolerance
  /// How often a comparison of the same code may end in a regression.
  let falseAlarmRate: Double
  /// How long a case with two series is measured at most.
  let budget: Duration
  /// How long a request may take.
  let patience: Duration
  /// What the order of the blocks follows from.
  let seed: Seed
  /// The profile that decides about counts.
  let profile: String
  /// What the test programs get of this process's environment.
  var inherited = ChildEnvironment().ofPrograms
  /// Further variables of the test programs' environment.
  var variables: [String: String] = [:]

  /// What the test programs' environment has besides what is inherited.
  var environment: [String: String?] {
    let own: [String: String?] = [
      Housekeeping.variable: Housekeeping.value, "PGBENCH_PROFILE": profile, "PGBENCH_SEED": seed.description,
      // What a run of its own would read or write.
      "PGBENCH_BASELINE": nil as String?, "PGBENCH_SAVE_BASELINE": nil as String?,
      "PGBENCH_REPORT_DIR": nil as String?,
      "GITHUB_ACTIONS": nil as String?, "GITHUB_STEP_SUMMARY": nil as String?,
    ]
    return own.merging(variables) { _, given in given }
  }
}
