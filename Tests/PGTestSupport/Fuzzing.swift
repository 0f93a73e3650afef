#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How long the fuzzers run, and on what inputs.
public enum Fuzzing {
  /// How many inputs each gets: PGBENCH_FUZZ, or some thousand.
  public static var inputs: Int {
    ProcessInfo.processInfo.environment["PGBENCH_FUZZ"].flatMap { Int($0) } ?? 5_000
  }

  /// What the inputs follow from: PGBENCH_FUZZ_SEED, or another one in each process.
  public static let seed: UInt64 =
    ProcessInfo.processInfo.environment["PGBENCH_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)

  /// For how many minutes a test of so many inputs may go on.
  public static var minutes: Int { inputs > 10_000 ? 120 : 5 }
}
