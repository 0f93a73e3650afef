import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGStatistics
@testable import PGVerdicts

@Suite("CommitGates")
struct CommitGatesTests {
  private func gates(
    _ one: WorkerCase, base: WorkerCase? = nil, budget: inout FalseAlarmBudget, gated: Int = 2
  ) throws -> GatePlan {
    let entry = try #require(try CaseMatching(base: [base ?? one], head: [one]).entries.first)
    return CommitGates.plan(for: entry, tolerance: .percent(2), looks: 4, budget: &budget, gated: gated)
  }

  @Test("What a regression left open is not told beside it; what else was not kept is")
  func told() {
    #expect(CommitGates.told([.withinTolerance, .inconclusive, .improved, .suspect]) == [1, 3])
    #expect(
      CommitGates.told([.inconclusive, .regressed, .suspect, .refused(reason: "x"), .new]) == [1, 2, 3, 4])
    #expect(CommitGates.told([.withinTolerance]) == [])
  }

  @Test("Each variant of both sides has its time gated against itself at the base, and its allocations")
  func gated() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a"), base: .example("a", variants: [.sync, "old"]), budget: &budget)
    #expect(
      gates.gates.map(\.gate.quantity) == [
        .time, .wholeTime, .slowOperations, .slowSessions, .disturbedBlocks, .connecting, .firstOperation,
        .metric(.allocations), .metric(.allocatedBytes), .metric(.residentGrowth),
      ])
    #expect(gates.gates.allSatisfy { $0.gate.pair == VariantPair("sync@head", against: "sync@base") })
    #expect(gates.gates[0].gate.tolerance == .percent(2) && gates.gates[1].gate.tolerance == .percent(5))
    #expect(gates.gates[7].gate.tolerance == .percent(0.2).atLeast(0.5))
  }

  @Test("The test's own tolerance wins")
  func tolerance() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a", tolerance: .percent(7)), budget: &budget)
    #expect(gates.gates[0].gate.tolerance == .percent(7))
  }

  @Test("Where a rate is looked for, it alone is asked for, with 10 % at least unless the test says")
  func goal() throws {
    let goal = RateGoal(.p99, atMost: .milliseconds(5))
    var budget = FalseAlarmBudget(rate: 0.01)
    let usual = try gates(.example("a", goal: goal), budget: &budget)
    #expect(usual.gates.map(\.gate.quantity) == [.time, .time])
    #expect(usual.gates.allSatisfy { $0.gate.tolerance == .percent(10) })
    let own = try gates(.example("a", tolerance: .percent(3), goal: goal), budget: &budget)
    #expect(own.gates[0].gate.tolerance == .percent(3))
  }

  @Test("All gates of a comparison together have its false-alarm rate, half of which is the typical times'")
  func rates() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a"), budget: &budget)
    #expect(gates.gates.count == 20 && budget.gates == 20)
    #expect(abs(budget.spent - 0.01) < 1e-12)
    for gate in gates.gates {
      let share = gate.gate.quantity == .time ? 0.5 : 0.5 / 9
      #expect(abs(gate.rules.rates.falseAlarm - 0.01 * share / 2) < 1e-12)
    }
    #expect(gates.gates.allSatisfy { $0.rules.spending.looks == 4 })
  }

  @Test("What the head's test declares is held as well: against the head's own figures, or the base's")
  func declared() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let one = WorkerCase.example(
      "a",
      gates: [
        Gate(nil, .latency(.p99), .limit(3e6)), Gate(.async, .metric(.statements), .baseline(.percent(0))),
        Gate(.async, .latency(.p50), .reference(.sync, nil)),
        Gate(.sync, .time, .baselineRatio(to: .async, .percent(9))),
        Gate(.async, .metric(.allocations), .baseline(.percent(0))),
      ])
    let gates = try gates(one, budget: &budget).gates
    func declared(_ name: Variant) -> [Gate] {
      gates.filter { $0.gate.variant == name && !$0.isOptional }.map(\.gate)
    }
    #expect(
      declared("sync@head") == [
        .notSlower("sync@head", than: "sync@base", by: .percent(9)),
        Gate("sync@head", .latency(.p99), .limit(3e6)),
      ])
    #expect(
      declared("async@head") == [
        Gate("async@head", .metric(.allocations), .reference("async@base", .percent(0))),
        Gate("async@head", .latency(.p99), .limit(3e6)),
        Gate("async@head", .metric(.statements), .reference("async@base", .percent(0))),
        Gate("async@head", .latency(.p50), .reference("sync@head", .percent(2))),
      ])
    #expect(gates.count == 2 * 10 + 1 + 3 && abs(budget.spent - 0.01) < 1e-12)
    #expect(
      gates.filter { !$0.rules.expectsNoChange }.map(\.gate.quantity) == [
        .latency(.p99), .latency(.p99), .latency(.p50),
      ])
    let times = gates.filter { $0.gate.quantity == .time }
    #expect(times.allSatisfy { abs($0.rules.rates.falseAlarm - 0.01 * 0.5 / 2) < 1e-12 })
  }

  @Test(
    "Where all questions but the typical time are irrelevant, a declared gate still has a part of the rate")
  func declaredAlone() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let others = Question.aboutBuilds(.percent(2)).map(\.quantity).filter { $0 != .time }
    let one = WorkerCase.example(
      "a", variants: [.sync],
      questions: others.map { QuestionChange($0, irrelevantBecause: "it is tried elsewhere") },
      gates: [Gate(nil, .latency(.p99), .limit(3e6))])
    let gates = try gates(one, budget: &budget, gated: 1).gates
    #expect(gates.map(\.gate.quantity) == [.time, .latency(.p99)])
    #expect(gates.allSatisfy { abs($0.rules.rates.falseAlarm - 0.005) < 1e-12 })
  }

  @Test("A variant that is new is held to its limits, with a part of the rate of its own")
  func new() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let limits = [Gate(nil, .latency(.p99), .limit(3e6)), Gate("b", .metric(.statements), .baseline(nil))]
    let one = WorkerCase.example("a", variants: ["a", "b"], gates: limits)
    let entry = try #require(try CaseMatching(base: [], head: [one]).entries.first)
    #expect(entry.gatedVariants == ["a", "b"])
    let plan = CommitGates.plan(for: entry, tolerance: .percent(2), looks: 4, budget: &budget, gated: 2)
    #expect(
      plan.gates.map(\.gate) == ["a@head", "b@head"].map { Gate($0, .latency(.p99), .limit(3e6)) })
    #expect(plan.gates.allSatisfy { abs($0.rules.rates.falseAlarm - 0.005) < 1e-12 && !$0.isOptional })
  }

  @Test("A variant that the head has alone, and of which nothing is declared, has no gate")
  func alone() throws {
    let entry = try #require(
      try CaseMatching(base: [.example("a", variants: [.sync])], head: [.example("a")]).entries.first)
    #expect(entry.gatedVariants == [.sync])
  }

  @Test("Where nothing counts what is allocated, memory isn't gated")
  func uncounted() throws {
    var budget = FalseAlarmBudget(rate: 0.01)
    let gates = try gates(.example("a", variants: [.sync]), budget: &budget)
    var samples = Simulation(sessions: 16, noise: 0.003).samples(seed: Seed(1))
    samples.series = zip(["sync@base", "sync@head"] as [Variant], samples.series).map { name, series in
      SampleSet.Series(variant: name, blocks: series.blocks, latencies: series.latencies)
    }
    let quantities = gates.gates(on: samples).map(\.gate.quantity)
    #expect(quantities.count == 7 && quantities.allSatisfy { if case .metric = $0 { false } else { true } })
    let outcome = gates.outcomes(of: samples, at: Look(3, isLast: true))[0]
    #expect(outcome.verdict == .withinTolerance && outcome.figures?.quantity == "time")
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
      return gates.outcomes(of: samples, at: Look(3, isLast: true)).first {
        $0.figures?.quantity == "allocations"
      }?.verdict ?? .inconclusive
    }
    #expect(verdict(more: 0, inEvery: 1) == .withinTolerance)
    #expect(verdict(more: 1, inEvery: 1) == .regressed)
    #expect(verdict(more: 1, inEvery: 4) == .withinTolerance)
  }
}
