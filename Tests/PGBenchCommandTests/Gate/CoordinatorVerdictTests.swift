import PGReporting
import PGTestSupport
import PGVerdicts
import Testing

@testable import PGBenchCommand

/// What comparisons of this very test program with itself come to on a machine that does nothing else.
///
/// Beside other tests they are undecided, and rightly so.
@Suite("Coordinator's verdicts", .serialized, .alone)
struct CoordinatorVerdictTests {
  /// What is decided sooner ends sooner.
  private static let ample = Duration.seconds(15)

  @Test("The same code is within the tolerance")
  func same() async throws {
    let result = try await CoordinatorRun.result(head: "", budget: Self.ample)
    #expect(result.conclusion == .removed, "\(result.summary)")
    for variant in ["sync", "changing"] {
      #expect(result.verdict(variant, "time") == .withinTolerance)
      #expect(result.verdict(variant, "allocations") == .withinTolerance)
    }
  }

  @Test("A head that is slower in one variant regresses in that one only")
  func slow() async throws {
    let result = try await CoordinatorRun.result(head: "slow", budget: Self.ample)
    #expect(result.conclusion == .regressed)
    #expect(result.verdict("changing", "time") == .regressed)
    #expect(result.verdict("sync", "time") == .withinTolerance, "\(result.summary)")
  }

  @Test("A head that pauses in one of twenty operations regresses in its whole time, and in slow operations")
  func pausing() async throws {
    let result = try await CoordinatorRun.result(
      filter: "WorkerQuestionBenchmarks/pausing", head: "pausing", budget: Self.ample)
    #expect(result.conclusion == .regressed)
    for quantity in ["whole time", "slow operations"] {
      #expect(result.verdict("sync", quantity) == .regressed, "\(result.summary)")
    }
    #expect(result.verdict("sync", "time") != .regressed)
  }
}
