import PGMeasuring
import PGReporting
import PGStatistics
import PGSystem
import PGVerdicts
import Testing

@Suite("CaseMatching")
struct CaseMatchingTests {
  @Test("Cases come in the head's order, those that only the base has last, and each knows its sides")
  func sides() throws {
    let matching = try CaseMatching(
      base: [.example("removed"), .example("b"), .example("a")],
      head: [.example("a"), .example("new"), .example("b")])
    #expect(matching.entries.map(\.identity.test) == ["a", "new", "b", "removed"])
    #expect(matching.entries.map(\.isCommon) == [true, false, true, false])
    #expect(matching.entries[1].sides == [.head])
    #expect(matching.entries[3].sides == [.base])
  }

  @Test("The same test with another count is another case, and one that comes twice is refused by its name")
  func identity() throws {
    let one = WorkerCase.example("a", operations: 10)
    let matching = try CaseMatching(base: [one], head: [.example("a", operations: 20), one])
    #expect(matching.entries.map(\.isCommon) == [false, true])
    let error = #expect(throws: ProtocolViolation.self) { try CaseMatching(base: [one], head: [one, one]) }
    #expect(error?.description == "the head has two benchmarks of one name: S / a / 10")
  }

  @Test("Both sides come at the head's rate, whatever the base's test says")
  func rates() throws {
    let (slow, fast) = (ArrivalRate(perSecond: 100), ArrivalRate(perSecond: 200))
    let matching = try CaseMatching(
      base: [.example("a", rate: slow), .example("b", rate: slow), .example("c")],
      head: [.example("a", rate: fast), .example("b"), .example("c", rate: slow)])
    #expect(matching.entries.map(\.isCommon) == [true, true, true])
    #expect(matching.entries.map { $0.plan(budget: .seconds(1), seed: Seed(1)).rate } == [fast, nil, slow])
  }

  @Test("Both sides look for a rate with the head's goal, in eight sessions and at one look")
  func goals() throws {
    let goal = RateGoal(.p99, atMost: .milliseconds(5))
    let matching = try CaseMatching(base: [.example("a")], head: [.example("a", goal: goal)])
    let plan = try #require(matching.entries.first).plan(budget: .seconds(1), seed: Seed(1))
    #expect(plan.goal == goal && plan.rate == nil && plan.sessions == 8 && plan.looks == 1)
  }

  @Test("What the head has no more is named, and leaves the comparison neither fine nor undecided")
  func removed() throws {
    let matching = try CaseMatching(base: [.example("a"), .example("gone")], head: [.example("a")])
    #expect(matching.removed.count == 1 && matching.removed[0].contains("S / gone / 50"))
    let nothing = SampleSet(series: [])
    let gone = matching.entries.filter { !$0.isCommon }.map {
      CommitComparison.Case(entry: $0, samples: nothing, gates: [], outcomes: [])
    }
    #expect(CommitComparison(cases: gone).conclusion == .removed)
  }

  @Test("Batches hold all cases, none more than the size")
  func batches() throws {
    let matching = try CaseMatching(base: [], head: (0..<7).map { .example("\($0)") })
    #expect(matching.batches(of: 3).map(\.count) == [3, 3, 1])
    #expect(matching.batches(of: 3).flatMap(\.self) == matching.entries)
    #expect(try CaseMatching(base: [], head: []).batches(of: 3).isEmpty)
  }

  @Test(
    "A case's series go variant by variant, the base's before the head's, each with its place on its side")
  func series() throws {
    let matching = try CaseMatching(
      base: [.example("a", variants: [.sync, .async])],
      head: [.example("a", variants: ["new", .sync, .async])])
    let entry = try #require(matching.entries.first)
    #expect(
      entry.series.map(\.name.name) == ["sync@base", "sync@head", "async@base", "async@head", "new@head"])
    #expect(entry.series.map(\.index) == [0, 1, 1, 2, 0])
    #expect(entry.commonVariants == [.sync, .async])
    #expect(entry.groups == [[0, 1], [2, 3], [4]])
  }

  @Test("Each pair of series has the usual time; a test that asks for longer gets it, for less doesn't")
  func plan() throws {
    func budget(_ one: WorkerCase) throws -> Budget {
      let entry = try #require(try CaseMatching(base: [one], head: [one]).entries.first)
      return entry.plan(budget: .seconds(3), seed: Seed(1)).budget
    }
    #expect(try budget(.example("a")) == .untilDecided(atMost: .seconds(6)))
    #expect(try budget(.example("a", variants: [.sync])) == .untilDecided(atMost: .seconds(3)))
    #expect(
      try budget(.example("a", budget: .time(.seconds(5)))) == .untilDecided(atMost: .seconds(10)))
    #expect(try budget(.example("a", budget: .rounds(4))) == .untilDecided(atMost: .seconds(6)))
  }

  @Test("A case has six looks, after eight sessions each, though its budget be short")
  func looks() throws {
    let entry = try #require(
      try CaseMatching(base: [.example("a", variants: [.sync])], head: [.example("a", variants: [.sync])])
        .entries
        .first)
    let plan = entry.plan(budget: .seconds(3), seed: Seed(1))
    #expect(plan.looks == 6 && plan.sessions == 48)
  }
}
