import Foundation
import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGStatistics
@testable import PGVerdicts

@Suite("GateOutcome")
struct GateOutcomeTests {
  private let identity = CaseIdentity(suite: "S", test: "t", operations: 50)

  private func outcome(_ gate: Gate, ratio: Double) -> GateOutcome {
    let samples = Simulation(ratio: ratio).samples(seed: Seed(1))
    return GateDecision(of: identity, samples: samples).decide(
      gate, rules: GateRules(rates: ErrorRates(falseAlarm: 0.0003)))
  }

  @Test("A regression's message has both figures, ratio, interval, bound, error rates, rounds and sessions")
  func message() {
    let text = outcome(.notSlower(.async, than: .sync, by: .percent(10)), ratio: 1.25).description
    for words in [
      "Regressed (async not slower than sync by more than 10 %).", "Time per operation: async ", " µs, sync ",
      "Ratio 1.2", "95 % interval 1.2", "is allowed", "false alarm 0.03 %", "miss 1 %",
      "Measured in 160 rounds over 8 sessions, look 1 of 1.", "Smallest excess that it would have shown: ",
    ] {
      #expect(text.contains(words), "\(text)")
    }
  }

  @Test("A limit's message has the figure's own interval")
  func limit() {
    let text = outcome(Gate(.async, .time, .limit(1000)), ratio: 1).description
    #expect(text.contains("the limit 1.00 µs. 95 % interval "), "\(text)")
  }

  @Test("In a line an outcome says verdict, figures and what is allowed")
  func brief() throws {
    let regressed = outcome(.notSlower(.async, than: .sync, by: .percent(10)), ratio: 1.25).brief
    #expect(
      regressed.wholeMatch(
        of:
          /Regressed: time of async [\d.]+ µs, of sync [\d.]+ µs: 1\.2\d+ times as much, 1\.100\d* times allowed\./
      )
        != nil, "\(regressed)")
    let kept = outcome(.notSlower(.async, than: .sync, by: .percent(10)), ratio: 1).brief
    #expect(kept.hasPrefix("Within tolerance: time of async "), "\(kept)")
    let limit = outcome(Gate(.async, .time, .limit(1000)), ratio: 1).brief
    #expect(
      limit.hasPrefix("Regressed: time of async ") && limit.hasSuffix(" µs, 1.00 µs allowed."), "\(limit)")
    let undecided = outcome(.notSlower(.async, than: .sync, by: .percent(10)), ratio: 1.1).brief
    #expect(undecided.hasPrefix("Suspect: "), "\(undecided)")
    let range = /by the gate's error rates it may be from (1\.\d+) to (1\.\d+): measure for longer/
    let ends = try #require(undecided.firstMatch(of: range))
    // Which a narrower interval of one confidence need not.
    let (low, high) = (try #require(Double(ends.1)), try #require(Double(ends.2)))
    #expect(low < 1.1 && high > 1.1, "\(undecided)")
  }

  @Test("Of counts, a line says how many, and of how many")
  func briefCounts() {
    var samples = Simulation(ratio: 1).samples(seed: Seed(1))
    for (index, count) in [5.0, 6].enumerated() {
      samples.series[index].attribution = [MetricSummary(.statements, .value(count))]
    }
    let decision = GateDecision(of: identity, samples: samples)
    func brief(_ bound: Gate.Bound) -> String {
      decision.decide(
        Gate(.async, .metric(.statements), bound), rules: GateRules(rates: ErrorRates(falseAlarm: 0.01))
      ).brief
    }
    #expect(brief(.limit(1)) == "Regressed: 6 statements of async, 1 allowed.")
    #expect(
      brief(.reference(.sync, .percent(0))) == "Regressed: 6 statements of async, 5 of sync, 5 allowed.")
    let whole = decision.decide(
      Gate(.async, .metric(.statements), .limit(1)), rules: GateRules(rates: ErrorRates(falseAlarm: 0.01))
    ).description
    #expect(
      whole.hasPrefix(
        "Regressed (statements of async at most 1). Statements: async 6, the limit 1. It is exact. Measured in "
      ),
      "\(whole)")
    #expect(brief(.limit(6)) == "Within tolerance: 6 statements of async, 6 allowed.")
  }

  @Test("Of slow operations, a line says of how many, and what the reference has; of nothing, no chance")
  func briefDifferences() {
    let gate = { (quantity: Quantity) in Gate(.async, quantity, .reference(.sync, .percent(10).atLeast(10))) }
    let slow = outcome(gate(.slowOperations), ratio: 2).brief
    #expect(
      slow.firstMatch(
        of: /^Regressed: [\d,]+ slow operations in 1,000 of async, [\d.]+ of sync, 10 more allowed\.$/)
        != nil, "\(slow)")
    let first = GateDecision(of: identity, samples: Simulation().samples(seed: Seed(1))).decide(
      gate(.disturbedBlocks), rules: GateRules(rates: ErrorRates(falseAlarm: 0.01), looks: 6),
      look: Look(0, isLast: false))
    #expect(
      first.brief
        == "Inconclusive: 0 disturbed blocks of async, 0 of sync; so few tell nothing of how they are "
        + "shared: measure for longer.")
  }

  @Test("What explains an outcome is written, read back, and part of its description")
  func explained() throws {
    let explained = outcome(.notSlower(.async, than: .sync, by: .percent(10)), ratio: 1.25)
      .explained("Noisy.")
    #expect(explained.description.hasSuffix(" Noisy."))
    let data = try JSONEncoder().encode(explained)
    #expect(try JSONDecoder().decode(GateOutcome.self, from: data) == explained)
  }

  @Test("Every outcome is written and read back", arguments: [1.25, 1, 1.1, 0.7])
  func codable(ratio: Double) throws {
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(10).atLeast(.nanoseconds(1)))
    for outcome in [
      outcome(gate, ratio: ratio), outcome(gate, ratio: ratio).refused("no reason"),
      GateOutcome(gate: gate, verdict: .new),
    ] {
      let data = try JSONEncoder().encode(outcome)
      #expect(try JSONDecoder().decode(GateOutcome.self, from: data) == outcome)
    }
  }

  @Test("What else differs is named, the largest difference first, and what doesn't is not")
  func explanation() throws {
    var samples = Simulation(ratio: 1.25).samples(seed: Seed(1))
    let usages: [[Metric: Double]] = [
      [.clientCPU: 9000, .allocations: 6, .serverCPU: 10_000],
      [.clientCPU: 12_000, .allocations: 7, .serverCPU: 10_100],
    ]
    for (index, usage) in usages.enumerated() {
      samples.series[index].blocks = samples.series[index].blocks.map { block in
        Block(
          session: block.session, round: block.round, operations: block.operations, elapsed: block.elapsed,
          usage: usage.mapValues { $0 * Double(block.operations) })
      }
    }
    let text = GateExplanation.text(
      .notSlower(.async, than: .sync, by: .percent(10)), in: try Analysis(of: samples))
    #expect(text.contains("client CPU 12.0 µs against 9.00 µs, allocations 7 against 6."), "\(text)")
    #expect(
      text.contains("async against itself, between sessions: ± ")
        && !text.contains("server CPU"), "\(text)")
  }
}
