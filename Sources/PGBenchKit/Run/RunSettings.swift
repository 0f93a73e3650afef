import PGBenchCore

/// What the environment says about a run: the variables PGBENCH_….
///
/// Arguments can't be passed through `swift test`; variables can.
struct RunSettings: Sendable, Hashable {
  let profile: Profile
  let seed: Seed
  let reportFolder: String

  /// Reads the variables.
  ///
  /// - Throws: `BenchmarkError` that names the variable and what it may be.
  init(environment: [String: String]) throws(BenchmarkError) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let name = value("PGBENCH_PROFILE") {
      guard let known = Profile(rawValue: name) else {
        let names = Profile.allCases.map(\.rawValue).joined(separator: ", ")
        throw BenchmarkError("PGBENCH_PROFILE is \"\(name)\", but there are only these profiles: \(names).")
      }
      profile = known
    } else {
      profile = .quick
    }
    if let digits = value("PGBENCH_SEED") {
      guard let given = Seed(digits) else {
        throw BenchmarkError(
          "PGBENCH_SEED is \"\(digits)\", but it must be a number from 0 to \(UInt64.max).")
      }
      seed = given
    } else {
      seed = Seed(UInt64.random(in: 0...999_999_999))
    }
    reportFolder = value("PGBENCH_REPORT_DIR") ?? ".benchmarks"
  }
}
