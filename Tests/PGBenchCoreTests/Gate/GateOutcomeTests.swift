import Foundation
import Testing

@testable import PGBenchCore

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
    #expect(text.contains("Noise floor (async against itself") && !text.contains("server CPU"), "\(text)")
  }
}
