import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGReporting
@testable import PGVerdicts

@Suite("The answer")
struct AnswerTests {
  /// A case of two variants whose gates came to such verdicts.
  private func report(
    _ verdicts: [Verdict], ratio: Double = 1, suite: String = "S", operations: Int = 10
  ) throws -> CaseReport {
    let samples = Simulation(ratio: ratio).samples(seed: Seed(1))
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(10))
    return CaseReport(
      CaseIdentity(suite: suite, test: "t", operations: operations), samples: samples,
      analysis: try Analysis(of: samples), gates: verdicts.map { GateOutcome(gate: gate, verdict: $0) },
      placement: "one CPU")
  }

  private func answer(
    _ cases: [CaseReport], failures: Int = 0, incomplete: String? = nil
  ) -> Answer {
    Answer(
      BenchmarkReport(
        environment: ExampleReport.environment, cases: cases,
        failures: (0..<failures).map {
          FailedTest(suite: "S", test: "t\($0)", file: "M/F.swift", line: 1, error: "no")
        }, incomplete: incomplete))
  }

  private static let difference = "no difference between async and sync could be shown in 1 case"

  @Test("says what failed, what was kept, and of what no difference could be shown")
  func gates() throws {
    let kept = answer([try report([.withinTolerance, .improved])])
    #expect(kept.text == "Both gates were kept; \(Self.difference).")
    #expect(kept.tone == .good)
    let failed = answer([try report([.regressed, .withinTolerance])])
    #expect(failed.text == "1 of 2 gates failed; 1 gate was kept; \(Self.difference).")
    #expect(failed.tone == .bad)
    let none = answer([try report([])])
    #expect(none.text == "N\(Self.difference.dropFirst())." && none.tone == .none)
  }

  @Test("says what could not be decided, by kinds, and what has no baseline yet")
  func undecided() throws {
    let one = answer([
      try report([.suspect, .inconclusive, .refused(reason: "no"), .refused(reason: "no"), .new])
    ])
    #expect(
      one.text
        == "4 gates could not be decided (1 suspect, 1 inconclusive, 2 refused); 1 gate has no baseline "
        + "yet; \(Self.difference).")
    #expect(one.tone == .undecided)
    #expect(answer([try report([.new])]).tone == .none)
  }

  @Test("says what is shown to differ, either way")
  func differences() throws {
    let (slower, faster) = (try report([], ratio: 1.3), try report([], ratio: 0.7, operations: 20))
    let equal = try report([], operations: 30)
    #expect(answer([slower]).text == "Async is shown to take more time than sync in its only case.")
    #expect(
      answer([slower, faster, equal]).text
        == "Async is shown to take less time than sync in 1 of 3 cases and more in 1; in 1 no difference "
        + "could be shown.")
  }

  @Test("counts comparisons where there are several variants")
  func severalVariants() throws {
    let one = try ExampleReport.report(
      of: Simulation(ratio: 1.3), CaseIdentity(suite: "S", test: "t", operations: 1), third: "third")
    #expect(
      answer([one]).text
        == "Of 2 comparisons of variants 1 shows a difference; in 1 none could be shown.")
  }

  @Test("says that tests ended with an error, that the run isn't whole, and that nothing was measured")
  func failures() throws {
    let failed = answer([], failures: 2)
    #expect(failed.text == "2 tests ended with an error; nothing was measured." && failed.tone == .bad)
    let broken = answer([try report([.withinTolerance])], incomplete: "SIGINT")
    #expect(broken.text == "The run is incomplete; the only gate was kept; \(Self.difference).")
    #expect(broken.tone == .undecided)
    #expect(answer([]).text == "Nothing was measured.")
  }

  @Test("claims no difference of an unoptimised build, nor one that could not be measured")
  func noClaims() throws {
    let debug = ExampleReport.report([try report([], ratio: 1.3)], buildMode: .debug)
    #expect(
      Answer(debug).text == "The build was not optimised, so that nothing is said of who is faster.")
    let few = try ExampleReport.report(
      of: Simulation(sessions: 1, rounds: 1), CaseIdentity(suite: "S", test: "t", operations: 1))
    #expect(
      answer([few]).text == "1 gate could not be decided (1 refused); 1 comparison could not be made.")
  }

  @Test("of two commits tells of their cases: regressed, suspect, undecided, improved, within, new and gone")
  func commits() throws {
    let tests = CommitComparisonTests()
    let new = try #require(try CaseMatching(base: [], head: [.example("b")]).entries.first)
    let gone = try #require(try CaseMatching(base: [.example("c")], head: []).entries.first)
    let nothing = SampleSet(series: [])
    let answer = Answer(
      CommitComparison(cases: [
        try tests.outcome(ratio: 1.1), try tests.outcome(ratio: 1), try tests.outcome(ratio: 1.02),
        try tests.outcome(ratio: 1, noise: 0.4),
        .init(entry: new, samples: nothing, gates: [], outcomes: []),
        .init(entry: gone, samples: nothing, gates: [], outcomes: []),
      ]))
    #expect(
      answer.text == "Of 4 cases 1 regressed, 1 may have regressed, 1 could not be decided and 1 is within "
        + "tolerance; 1 case is new; 1 case is gone from the head.")
    #expect(answer.tone == .bad)
    let fine = Answer(CommitComparison(cases: [try tests.outcome(ratio: 1), try tests.outcome(ratio: 1)]))
    #expect(fine.text == "Of 2 cases 2 are within tolerance." && fine.tone == .good)
    let none = Answer(CommitComparison(cases: []))
    #expect(none.text == "Nothing was compared." && none.tone == .undecided)
  }
}
