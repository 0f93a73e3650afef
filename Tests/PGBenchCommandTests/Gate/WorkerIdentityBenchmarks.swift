import PGBenchKit
import PGSystem
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Benchmarks of a comparison that are easily taken for each other, or don't come to their benchmarks at the
/// head.
@Suite(
  "Coordinator identities", .benchmark, .besideOtherTests,
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "comparison"))
struct WorkerIdentityBenchmarks {
  enum Status: CaseIterable { case quick, slow }

  /// The head's arguments come in another order, as they do when an enumeration's cases are sorted.
  private static let statuses =
    WorkerScenarioBenchmarks.isHead ? Status.allCases.reversed() : Array(Status.allCases)

  /// Each benchmark takes a time of its own, so that figures of another would be noticed.
  @Test("By status", arguments: statuses)
  func byStatus(status: Status) async throws {
    for call in 1...2 {
      let microseconds = (status == .slow ? 900 : 100) * call
      try await benchmark(4, variants: [.sync("sync") { _, _ in Self.spin(microseconds: microseconds) }])
    }
  }

  private static func spin(microseconds: Int) {
    let end = MonotonicClock.now() + microseconds * 1000
    while MonotonicClock.now() < end {}
  }

  struct NoRows: Error, CustomStringConvertible { let description = "the orders have no rows" }

  /// One at a time, and at the head the other first.
  @Test("In turn", .serialized, arguments: statuses)
  func inTurn(status: Status) async throws {
    try await benchmark(4, variants: [.sync { _, _ in Self.spin(microseconds: 100) }])
  }

  @Test("Fails for one", arguments: Status.allCases)
  func failing(status: Status) async throws {
    if status == .slow {
      if WorkerScenarioBenchmarks.mustBe("throwing") || WorkerScenarioBenchmarks.baseMustBe("throwing") {
        throw NoRows()
      }
      if WorkerScenarioBenchmarks.mustBe("expecting") {
        #expect(Bool(false), "the orders have no rows")
        return
      }
      if WorkerScenarioBenchmarks.mustBe("exiting") { exit(0) }
      if WorkerScenarioBenchmarks.mustBe("crashing early") { fatalError("nothing to order") }
    }
    let result = try await benchmark(4, variants: [.sync { _, index in index }])
    // There are no figures in a comparison, and what is asked of them fails nothing.
    #expect(try result[.sync].latency.p50 > .seconds(1))
    _ = try result[.async]
  }
}
