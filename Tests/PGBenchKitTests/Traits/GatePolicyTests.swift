import PGVerdicts
import Testing

@testable import PGBenchKit

@Suite("Gate policies")
struct GatePolicyTests {
  @Test(
    "What is shown to be kept, and what is new, is no issue under any policy", arguments: GatePolicy.allCases)
  func kept(policy: GatePolicy) {
    for verdict in [Verdict.withinTolerance, .improved, .new] { #expect(policy.severity(of: verdict) == nil) }
  }

  @Test("A regression fails unless the run only warns")
  func regressed() {
    #expect(GatePolicy.fail.severity(of: .regressed) == .error)
    #expect(GatePolicy.strict.severity(of: .regressed) == .error)
    #expect(GatePolicy.warn.severity(of: .regressed) == .warning)
  }

  @Test(
    "What was not decided warns, and fails a strict run",
    arguments: [Verdict.inconclusive, .refused(reason: "x")])
  func undecided(verdict: Verdict) {
    #expect(GatePolicy.fail.severity(of: verdict) == .warning)
    #expect(GatePolicy.warn.severity(of: verdict) == .warning)
    #expect(GatePolicy.strict.severity(of: verdict) == .error)
  }
}
