package import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Trait where Self == ConditionTrait {
  /// Runs a test only where it has the machine for itself: PGBENCH_ALONE=1.
  ///
  /// For tests that take all CPUs, beside which others would meet their time limits, and for tests of what only an
  /// undisturbed measurement shows, which would come to no decision beside others.
  package static var alone: Self {
    .enabled(
      if: ProcessInfo.processInfo.environment["PGBENCH_ALONE"] == "1",
      "it wants the machine for itself: PGBENCH_ALONE=1")
  }
}
