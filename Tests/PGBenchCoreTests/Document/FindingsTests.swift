import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGReporting
@testable import PGStatistics
@testable import PGVerdicts

@Suite("Findings")
struct FindingsTests {
  private func report(_ test: String, ratio: Double, sessions: Int = 8) throws -> CaseReport {
    try ExampleReport.report(
      of: Simulation(sessions: sessions, ratio: ratio), CaseIdentity(suite: "S", test: test, operations: 10))
  }

  @Test("tell by how much at least a variant is ahead: the interval's end that is nearer to equal")
  func nearEnds() throws {
    let (slower, faster) = (try report("a", ratio: 1.3), try report("b", ratio: 0.7))
    let ends = try [slower, faster].map { try #require($0.comparisons.first).estimate }
    func text(_ value: Double, _ estimate: RatioEstimate) -> String {
      Format.bound(value, like: estimate.high - estimate.low)
    }
    #expect(
      Findings.differences(ExampleReport.report([slower, faster])) == [
        "S: an operation of async takes less time than one of sync in 1 of 2 cases, at most "
          + "\(text(ends[1].high, ends[1])) times as much: b at 10.",
        "S: an operation of async takes more time than one of sync in 1 of 2 cases, at least "
          + "\(text(ends[0].low, ends[0])) times as much: a at 10.",
      ])
  }

  @Test("of several cases tell what holds for each")
  func several() throws {
    let cases = [try report("a", ratio: 1.1), try report("b", ratio: 1.5), try report("c", ratio: 1.2)]
    let sentences = Findings.differences(ExampleReport.report(cases))
    #expect(sentences.count == 1)
    #expect(
      sentences[0].hasPrefix("S: an operation of async takes more time than one of sync in all 3 cases, "))
    #expect(sentences[0].contains("at least 1.09") || sentences[0].contains("at least 1.10"))
    // Where it is most is likely to be so by chance.
    #expect(sentences[0].hasSuffix(" times as much in each."), "\(sentences[0])")
  }

  @Test("say where nothing could be shown, and what would have been")
  func nothing() throws {
    let cases = [try report("a", ratio: 1), try report("b", ratio: 1.5)]
    let sentences = Findings.differences(ExampleReport.report(cases))
    let nothing = try #require(sentences.last)
    #expect(
      nothing.hasPrefix(
        "S: no difference between async and sync could be shown in 1 of 2 cases (a at 10); a single interval would "
          + "have shown one of "))
    #expect(nothing.hasSuffix(" % in nine of ten such runs."))
  }

  @Test(
    "hold for all rows of a table together: of many equal cases none is called ahead by its interval alone")
  func together() throws {
    let cases = try (0..<40).map { number in
      try ExampleReport.report(
        of: Simulation(), CaseIdentity(suite: "S", test: "t\(number)", operations: 10))
    }
    // Else the seeds would show nothing.
    #expect(cases.contains { $0.comparisons.first?.estimate.finding != .noDifferenceShown })
    let sentences = Findings.differences(ExampleReport.report(cases))
    #expect(sentences.count == 1 && sentences[0].contains("could be shown in all 40 cases"), "\(sentences)")
  }

  @Test("are none of an unoptimised build, of nothing, and of what could not be compared")
  func none() throws {
    let slower = try report("a", ratio: 1.3)
    #expect(Findings.differences(ExampleReport.report([slower], buildMode: .debug)).isEmpty)
    #expect(Findings.differences(ExampleReport.report([])).isEmpty)
    let few = try ExampleReport.report(
      of: Simulation(sessions: 1, rounds: 1), CaseIdentity(suite: "S", test: "t", operations: 1))
    #expect(Findings.differences(ExampleReport.report([few])).isEmpty)
  }

  @Test("say what a connection and an operation cost with each variant, as intervals")
  func costs() throws {
    let report = try ExampleReport.large(cases: 4)
    let sentences = Findings.costs(report)
    #expect(sentences.count == 1)
    #expect(sentences[0].hasPrefix("Suite number 1 / A query of kind 1: a connection costs "))
    #expect(sentences[0].contains(" with sync and ") && sentences[0].contains(", an operation "))
  }
}
