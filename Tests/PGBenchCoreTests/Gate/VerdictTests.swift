import PGVerdicts
import Testing

@Suite("Verdict of a gate")
struct VerdictTests {
  private let all: [Verdict] = [
    .regressed, .withinTolerance, .improved, .inconclusive, .new, .refused(reason: "x"),
  ]

  @Test("Only what is inconclusive may be changed by more rounds")
  func final() {
    #expect(all.filter { !$0.isFinal } == [.inconclusive])
  }

  @Test("Only what is shown is kept: nothing undecided passes")
  func kept() {
    #expect(all.filter(\.isKept) == [.withinTolerance, .improved])
  }

  @Test("Only a refusal has a reason, and every verdict has a name of its own")
  func names() {
    #expect(all.compactMap(\.reason) == ["x"])
    #expect(Set(all.map(\.name)).count == all.count)
  }
}
