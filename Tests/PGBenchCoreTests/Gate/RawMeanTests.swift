import PGMeasuring
import PGStatistics
import Testing

@testable import PGVerdicts

@Suite("RawMean")
struct RawMeanTests {
  private let gate = Gate("b", .wholeTime, .reference("a", .percent(5)))
  private let rules = GateRules(rates: ErrorRates(falseAlarm: 0.001), looks: 4)

  /// 48 sessions of ten blocks, of which some of the variant's have a pause of 400 times what an operation takes.
  private func samples(pausing: Int, sessions: Int = 48) -> SampleSet {
    SampleSet(
      series: (["a", "b"] as [Variant]).map { variant in
        var series = SampleSet.Series(variant: variant)
        for session in 0..<sessions {
          for round in 0..<10 {
            let isLong = variant == "b" && session < pausing && round == 3
            let time = 25_000 + session + round
            series.add(
              Block(
                session: session, round: round, operations: 20, elapsed: 20 * time + (isLong ? 400 * time : 0)
              ),
              latencies: Array(repeating: time, count: 20))
          }
        }
        return series
      })
  }

  private func plan() -> GatePlan {
    GatePlan(of: CaseIdentity(suite: "S", test: "t", operations: 20), [PlannedGate(gate, rules: rules)])
  }

  @Test("It is of all operations, and without the worst session besides")
  func ratios() throws {
    var (a, b) = (SampleSet.Series(variant: "a"), SampleSet.Series(variant: "b"))
    for session in 0..<3 {
      a.add(Block(session: session, round: 0, operations: 10, elapsed: 1000), latencies: [])
      b.add(
        Block(session: session, round: 0, operations: 10, elapsed: session == 1 ? 4000 : 1000), latencies: [])
    }
    b.add(uncompared: Block(session: 2, round: 1, operations: 10, elapsed: 6000))
    let mean = try #require(RawMean(of: .wholeTime, in: b, against: a))
    #expect(abs(mean.ratio - 12_000 / 40 / 100) < 1e-9)
    #expect(abs(mean.ratioWithoutWorst - 5000 / 20 / 100) < 1e-9)
    #expect(mean.isBeyond(2.4) && !mean.isBeyond(2.6))
    let converse = try #require(RawMean(of: .wholeTime, in: a, against: b))
    #expect(abs(converse.ratio - 100.0 / 300) < 1e-9 && !converse.isBeyond(1))
  }

  @Test("Of the typical time it is the mean of the sessions' logarithms, and without the slowest besides")
  func typical() throws {
    let logs = [0.03, 0.01, 0.4, 0.02].map { Elementary.log(1 + $0) }
    let mean = try #require(RawMean(ofLogs: logs))
    #expect(abs(mean.ratio - Elementary.exp(logs.reduce(0, +) / 4)) < 1e-12)
    let rest = (logs[0] + logs[1] + logs[3]) / 3
    #expect(abs(mean.ratioWithoutWorst - Elementary.exp(rest)) < 1e-12)
    #expect(mean.isBeyond(1.019) && !mean.isBeyond(1.021))
    #expect(RawMean(ofLogs: [0.1]) == nil)
  }

  @Test("Of connecting and of the first operation it is of all sessions; of what is cut down there is none")
  func start() throws {
    var (a, b) = (SampleSet.Series(variant: "a"), SampleSet.Series(variant: "b"))
    (a.openings, b.openings) = ([100, 100, 100, 100], [100, 500, 100, 300])
    (a.firstOperations, b.firstOperations) = ([10, 10, 10], [10, 10, 40])
    let connecting = try #require(RawMean(of: .connecting, in: b, against: a))
    #expect(abs(connecting.ratio - 2.5) < 1e-9 && abs(connecting.ratioWithoutWorst - 5.0 / 3) < 1e-9)
    let first = try #require(RawMean(of: .firstOperation, in: b, against: a))
    #expect(abs(first.ratio - 2) < 1e-9 && abs(first.ratioWithoutWorst - 1) < 1e-9)
    for quantity in [Quantity.time, .slowOperations, .metric(.allocations)] {
      #expect(RawMean(of: quantity, in: b, against: a) == nil)
    }
  }

  @Test(
    "Of the typical time it is of the sessions: a tenth more in each fourth is suspect, in each sixteenth it isn't",
    arguments: [(4, Verdict.suspect), (16, .withinTolerance)])
  func mixture(every: Int, expected: Verdict) throws {
    func series(_ variant: Variant, _ time: (_ session: Int) -> Int) -> SampleSet.Series {
      SampleSet.Series(
        variant: variant,
        blocks: (0..<64).map { Block(session: $0 / 2, round: $0 % 2, operations: 10, elapsed: time($0 / 2)) })
    }
    let samples = SampleSet(series: [
      series("a") { _ in 10_000 }, series("b") { $0 % every == 0 ? 11_000 : 10_000 + $0 % 3 },
    ])
    let gate = PlannedGate(.notSlower("b", than: "a", by: .percent(2)), rules: rules)
    let outcome = try #require(
      GatePlan(of: plan().identity, [gate]).outcomes(of: samples, at: Look(3, isLast: true)).first)
    #expect(outcome.verdict == expected, "\(outcome)")
    let mean = try #require(outcome.figures?.rawMean)
    #expect(abs(mean - (1 + 0.1 / Double(every))) < 0.002)
  }

  @Test("It takes two sessions, and operations on both sides")
  func tooFew() {
    let one = samples(pausing: 0, sessions: 1)
    #expect(RawMean(of: .wholeTime, in: one.series[1], against: one.series[0]) == nil)
    let empty = SampleSet.Series(variant: "c")
    #expect(RawMean(of: .wholeTime, in: samples(pausing: 0).series[0], against: empty) == nil)
  }

  @Test(
    "A whole time that most sessions keep is suspect when all operations together don't, unless by one session",
    arguments: [(0, Verdict.withinTolerance), (1, .withinTolerance), (4, .suspect)])
  func verdict(pausing: Int, expected: Verdict) throws {
    let outcome = try #require(
      plan().outcomes(of: samples(pausing: pausing), at: Look(3, isLast: true)).first)
    #expect(outcome.verdict == expected)
    let figures = try #require(outcome.figures)
    #expect(abs((figures.rawMean ?? 0) - (1 + Double(pausing) * 2 / 48)) < 0.01)
    #expect(outcome.description.contains("The mean of all, no session left out, is 1."))
    #expect(
      outcome.brief.hasSuffix("times the reference's, by a few sessions: measure for longer.")
        == (expected == .suspect), "\(outcome.brief)")
  }

  @Test("It reopens what an early look has found to be kept, and nothing else")
  func reopened() throws {
    let plan = plan()
    let early = plan.outcomes(of: samples(pausing: 0, sessions: 8), at: Look(0, isLast: false))
    #expect(early.map(\.verdict) == [.withinTolerance])
    func later(_ pausing: Int, _ look: Look) -> GateOutcome? {
      plan.outcomes(of: samples(pausing: pausing), at: look, keeping: early).first
    }
    #expect(later(1, Look(1, isLast: false)) == early.first)
    #expect(later(4, Look(1, isLast: false))?.verdict == .inconclusive)
    #expect(later(4, Look(3, isLast: true))?.verdict == .suspect)
    // The typical time says nothing of pauses, and isn't asked again.
    let time = Gate.notSlower("b", than: "a", by: .percent(2))
    let ofTime = GatePlan(of: plan.identity, [PlannedGate(time, rules: rules)])
    let kept = ofTime.outcomes(of: samples(pausing: 0, sessions: 8), at: Look(0, isLast: false))
    #expect(
      ofTime.outcomes(of: samples(pausing: 4), at: Look(3, isLast: true), keeping: kept) == kept)
  }
}
