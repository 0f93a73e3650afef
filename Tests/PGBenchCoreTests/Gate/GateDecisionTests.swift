import PGBenchCore
import Testing

@Suite("GateDecision")
struct GateDecisionTests {
  private let gate = Gate.notSlower(.async, than: .sync, by: .percent(10))

  private func estimate(_ low: Double, _ ratio: Double, _ high: Double) -> RatioEstimate {
    RatioEstimate(ratio: ratio, low: low, high: high, confidence: 0.95, sessions: 8, rounds: 160)
  }

  @Test("A gate fails only when the whole interval lies beyond the tolerance")
  func interval() {
    #expect(GateDecision.decide(gate, estimate: estimate(1.11, 1.12, 1.13)) == .failed)
    #expect(GateDecision.decide(gate, estimate: estimate(1.09, 1.12, 1.15)) == .passed)
    #expect(GateDecision.decide(gate, estimate: estimate(0.99, 1.00, 1.01)) == .passed)
  }

  @Test("A negative tolerance demands a lead")
  func lead() {
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(-5))
    #expect(GateDecision.decide(gate, estimate: estimate(0.96, 0.97, 0.98)) == .failed)
    #expect(GateDecision.decide(gate, estimate: estimate(0.90, 0.91, 0.92)) == .passed)
  }

  @Test("A planted slowdown of 25 % fails the gate, in either direction of asking, and none passes it")
  func planted() throws {
    let slow = try Analysis(of: Simulation(ratio: 1.25).samples(seed: Seed(1)))
    let converse = Gate.notSlower(.sync, than: .async, by: .percent(10))
    #expect(GateDecision.decide(gate, in: slow).verdict == .failed)
    #expect(GateDecision.decide(converse, in: slow).verdict == .passed)

    let fast = try Analysis(of: Simulation(ratio: 0.75).samples(seed: Seed(1)))
    #expect(GateDecision.decide(gate, in: fast).verdict == .passed)
    #expect(GateDecision.decide(converse, in: fast).verdict == .failed)
  }

  @Test("With too few rounds a gate is not evaluated, and says why")
  func tooFewRounds() throws {
    let analysis = try Analysis(of: Simulation(sessions: 1, rounds: 1).samples(seed: Seed(1)))
    let outcome = GateDecision.decide(gate, in: analysis)
    #expect(outcome.verdict.name == "notEvaluated")
    #expect(outcome.figures == nil)
    #expect(outcome.description.contains("only 1 round was measured with both"))
  }

  @Test("A pair that nobody compared leaves the gate unevaluated, not passed")
  func notCompared() throws {
    let analysis = try Analysis(of: Simulation().samples(seed: Seed(1)))
    let outcome = GateDecision.decide(.notSlower("x", than: .sync, by: .percent(1)), in: analysis)
    #expect(outcome.verdict.reason?.contains("x was not compared with sync") == true)
  }
}
