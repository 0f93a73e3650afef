import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGStatistics
@testable import PGVerdicts

@Suite("CommitGates")
struct CommitGatesTests {
  private func gates(
    _ one: WorkerCase, base: WorkerCase? = nil, budget: inout FalseAlarmBudget, expected: Int = 4
  ) throws -> GatePlan {
    let entry = try #require(try CaseMatching(base: [base ?? one], head: [one]).entries.first)
    return CommitGates.plan(for: entry, tolerance: .percent(2), looks: 4, budget: &budget, expected: expected)
  }

  @Test("Each variant of both sides has its time gated against itself at the base, and its allocations")
  func gated() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a"), base: .example("a", variants: [.sync, "old"]), budget: &budget)
    #expect(
      gates.gates.map(\.gate.description) == [
        "sync@head not slower than sync@base by more than 2 %",
        "allocations of sync@head not above that of sync@base by more than 0.2 % and at least 0.5",
      ])
  }

  @Test("The test's own tolerance wins")
  func tolerance() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a", tolerance: .percent(7)), budget: &budget)
    #expect(gates.gates[0].gate.tolerance == .percent(7))
  }

  @Test("All gates of a comparison together have its false-alarm rate, less the part kept for the unexpected")
  func rates() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a"), budget: &budget)
    #expect(gates.gates.count == 4)
    #expect(budget.gates == 4)
    #expect(abs(budget.spent - 0.009) < 1e-12)
    #expect(Set(gates.gates.map { Int($0.rules.rates.falseAlarm * 1e9) }) == [2_250_000])
    #expect(gates.gates.allSatisfy { $0.rules.spending.looks == 4 })
  }

  @Test("Where nothing counts allocations, only times are gated")
  func uncounted() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a", variants: [.sync]), budget: &budget)
    var samples = Simulation(sessions: 16, noise: 0.003).samples(seed: Seed(1))
    samples.series = zip(["sync@base", "sync@head"] as [Variant], samples.series).map { name, series in
      SampleSet.Series(variant: name, blocks: series.blocks, latencies: series.latencies)
    }
    #expect(gates.gates(on: samples).map(\.gate.quantity) == [.time])
    #expect(
      gates.outcomes(of: samples, at: Look(3, isLast: true)).map(\.verdict)
        == [.withinTolerance])
  }

  @Test("A comparison's report compares times as its gates do")
  func analysis() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let one = WorkerCase.example("a", variants: [.sync])
    let entry = try #require(try CaseMatching(base: [one], head: [one]).entries.first)
    let gates = try gates(one, budget: &budget)
    // One operation in thirteen takes long, and longer at the head: less than a tenth, more than a twentieth.
    let samples = SampleSet(
      series: zip(["sync@base", "sync@head"] as [Variant], [500, 900]).map { name, slowest in
        let latencies = (0..<16 * 39).map { $0 % 13 == 5 ? slowest : 100 + $0 / 39 }
        return SampleSet.Series(
          variant: name,
          blocks: (0..<16).map { session in
            Block(
              session: session, round: 0, operations: 39,
              elapsed: latencies[session * 39..<(session + 1) * 39].reduce(0, +))
          },
          latencies: latencies)
      })
    let outcome = try #require(
      gates.outcomes(of: samples, at: .only).first)
    let analysis = try CommitGates.analysis(of: samples, entry)
    #expect(outcome.figures?.estimate == 1)
    #expect(analysis.comparisons.map(\.estimate.ratio) == [1])
  }

  @Test("One allocation more is a regression, a half that now and then happens is none")
  func allocations() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a", variants: [.sync]), budget: &budget)
    func verdict(more: Int, inEvery n: Int) -> Verdict {
      var samples = SampleSet(series: ["sync@base", "sync@head"].map { SampleSet.Series(variant: $0) })
      for session in 0..<8 {
        for round in 0..<4 {
          for (index, extra) in [0, round.isMultiple(of: n) ? more : 0].enumerated() {
            samples.series[index].blocks.append(
              Block(
                session: session, round: round, operations: 50, elapsed: 1_000_000 + session * 10 + round,
                usage: [.allocations: Double(50 * 6 + extra * 50)]))
            samples.series[index].latencies += Array(repeating: 20_000, count: 50)
          }
        }
      }
      return gates.outcomes(of: samples, at: Look(3, isLast: true))[1].verdict
    }
    #expect(verdict(more: 0, inEvery: 1) == .withinTolerance)
    #expect(verdict(more: 1, inEvery: 1) == .regressed)
    #expect(verdict(more: 1, inEvery: 4) == .withinTolerance)
  }
}
