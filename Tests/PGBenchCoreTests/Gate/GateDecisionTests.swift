import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGStatistics
@testable import PGVerdicts

@Suite("GateDecision")
struct GateDecisionTests {
  private let identity = CaseIdentity(suite: "S", test: "t", operations: 50)
  private let rules = GateRules(rates: ErrorRates(falseAlarm: 0.001))
  private let here = Fingerprint(fields: ["CPU": "A", "build": "optimised"])

  private func verdict(
    _ gate: Gate, _ samples: SampleSet, baseline: GateDecision.BaselineSource = .none
  ) -> Verdict {
    GateDecision(of: identity, samples: samples, baseline: baseline).decide(gate, rules: rules).verdict
  }

  /// - Parameter drift: What stored figures and limits can't see through is left out; rounds can.
  private func samples(ratio: Double = 1, drift: Double = 0) -> SampleSet {
    Simulation(sessions: 16, ratio: ratio, noise: 0.01, drift: drift).samples(seed: Seed(1))
  }

  private func stored(_ samples: SampleSet, fingerprint: Fingerprint? = nil) -> GateDecision.BaselineSource {
    .stored(
      Baseline(fingerprint: fingerprint ?? here, cases: [BaselineCase(identity, samples: samples)]),
      here: here)
  }

  @Test("A slowdown beyond the tolerance regresses, one within it is kept, a lead is an improvement")
  func time() {
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(10))
    #expect(verdict(gate, samples(ratio: 1.25, drift: 5000)) == .regressed)
    #expect(verdict(gate, samples(ratio: 1.02, drift: 5000)) == .withinTolerance)
    #expect(verdict(gate, samples(ratio: 0.75)) == .improved)
    #expect(verdict(gate, samples(ratio: 1.1)) == .suspect)
    let converse = Gate.notSlower(.sync, than: .async, by: .percent(10))
    #expect(verdict(converse, samples(ratio: 0.75)) == .regressed)
  }

  @Test("A reference that doesn't hold its rate is nothing to compare with; a variant that doesn't regresses")
  func rate() throws {
    func samples(_ overruns: [Int]) -> SampleSet {
      var samples = SampleSet(
        series: zip([Variant.sync, .async], overruns).map { variant, overrun in
          let blocks = (0..<32).map { number in
            Block(
              session: number / 2, round: number % 2, operations: 100,
              elapsed: 1_000_000 + overrun + number * 7,
              pace: Pace(wall: 90_000_000 + overrun, intended: 90_000_000))
          }
          return SampleSet.Series(variant: variant, blocks: blocks)
        })
      samples.rate = ArrivalRate(perSecond: 1111)
      return samples
    }
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(10))
    #expect(verdict(gate, samples([0, 0])) == .withinTolerance)
    #expect(verdict(gate, samples([0, 30_000_000])) == .regressed)
    let reason = try #require(verdict(gate, samples([30_000_000, 0])).reason)
    #expect(reason.contains("sync ran its operations at 75 % of the rate"))
    let limit = Gate(.async, .time, .limit(1e9))
    #expect(verdict(limit, samples([0, 30_000_000])).reason != nil)
    #expect(verdict(limit, samples([30_000_000, 0])) == .withinTolerance)
    // What a baseline has of another rate is of another load.
    let baseline = stored(samples([0, 0]))
    let held = Gate(.async, .time, .baseline(.percent(5)))
    #expect(verdict(held, samples([0, 0]), baseline: baseline) == .withinTolerance)
    var other = samples([0, 0])
    other.rate = nil
    #expect(verdict(held, other, baseline: baseline) == .new)
  }

  @Test("A floor makes room where the per cent is too little")
  func floor() {
    let tight = Tolerance.percent(1)
    #expect(verdict(.notSlower(.async, than: .sync, by: tight), samples(ratio: 1.05)) == .regressed)
    let floored = tight.atLeast(.microseconds(4))
    #expect(verdict(.notSlower(.async, than: .sync, by: floored), samples(ratio: 1.05)) == .withinTolerance)
  }

  @Test("A negative tolerance demands a lead")
  func lead() {
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(-5))
    #expect(verdict(gate, samples(ratio: 0.98)) == .regressed)
    #expect(verdict(gate, samples(ratio: 0.8)).isKept)
  }

  @Test("An absolute limit is held against the figure itself")
  func limit() {
    let fast = samples(ratio: 1)
    #expect(verdict(Gate(.sync, .time, .limit(15_000)), fast) == .regressed)
    #expect(verdict(Gate(.sync, .time, .limit(40_000)), fast) == .withinTolerance)
  }

  @Test("A percentile with too few samples is refused, with the number needed; with enough it is decided")
  func percentile() throws {
    let gate = Gate(.async, .latency(.p99), .reference(.sync, .percent(30)))
    let few = Simulation(sessions: 1, rounds: 4).samples(seed: Seed(1))
    let reason = try #require(verdict(gate, few).reason)
    #expect(reason.contains("at least 500 samples") && reason.contains("200 were taken"))
    #expect(verdict(gate, samples(ratio: 1)) == .withinTolerance)
    #expect(verdict(gate, samples(ratio: 2)) == .regressed)
    // Sessions of 200 samples: three together have enough, and make one value of the interval.
    let short = Simulation(sessions: 16, rounds: 4, drift: 0).samples(seed: Seed(1))
    let figures = GateDecision(of: identity, samples: short).decide(gate, rules: rules).figures
    #expect(figures?.sessions == 5)
  }

  @Test("A percentile of too few samples is open until the last look, and refused then")
  func tooFew() {
    let gate = Gate(.async, .latency(.p999), .limit(1e9))
    let decision = GateDecision(
      of: identity, samples: Simulation(sessions: 2, rounds: 4, drift: 0).samples(seed: Seed(1)))
    let looks = GateRules(rates: ErrorRates(falseAlarm: 0.01), looks: 4)
    #expect(decision.decide(gate, rules: looks, look: Look(0, isLast: false)).verdict == .inconclusive)
    let last = decision.decide(gate, rules: looks, look: Look(3, isLast: true)).verdict
    #expect(last.reason?.contains("longer budget") == true, "\(last)")
  }

  @Test("A count is exact: one more fails, the same does not")
  func count() {
    #expect(verdict(Gate(.async, .metric(.allocations), .limit(6)), Self.counting(6, 7)) == .regressed)
    #expect(verdict(Gate(.sync, .metric(.allocations), .limit(6)), Self.counting(6, 7)) == .withinTolerance)
    let gate = Gate(.async, .metric(.allocations), .reference(.sync, .percent(0)))
    #expect(verdict(gate, Self.counting(6, 7)) == .regressed)
    #expect(verdict(gate, Self.counting(6, 6)) == .withinTolerance)
    #expect(verdict(gate, Self.counting(6, 5)) == .improved)
    #expect(verdict(gate, Self.counting(0, 0)) == .withinTolerance)
    #expect(verdict(gate, Self.counting(0, 1)).reason?.contains("atMost") == true)
  }

  @Test("A metric that the machine can't give is refused with its reason, one nobody took with what to do")
  func unavailable() {
    var samples = samples()
    samples.series[1].attribution = [
      MetricSummary(.instructions, .notAvailable(reason: "this machine has no counter of instructions")),
      MetricSummary(.statements, .value(3)), MetricSummary(.serverExecution, .value(5000)),
    ]
    func reason(_ metric: Metric) -> String? {
      verdict(Gate(.async, .metric(metric), .limit(5)), samples).reason
    }
    #expect(reason(.instructions)?.contains("this machine has no counter of instructions") == true)
    #expect(reason(Metric("hits", unit: .count))?.contains(".metric(\"hits\")") == true)
    #expect(reason(.serverExecution)?.contains("has no interval") == true)
    #expect(verdict(Gate(.async, .metric(.statements), .limit(3)), samples) == .withinTolerance)
    #expect(verdict(Gate(.async, .metric(.statements), .limit(2)), samples) == .regressed)
  }

  @Test("A stored figure of the same machine is held against, with both errors in the interval")
  func baseline() {
    let gate = Gate(.async, .time, .baseline(.percent(10)))
    #expect(verdict(gate, samples(ratio: 1), baseline: stored(samples(ratio: 1))) == .withinTolerance)
    #expect(verdict(gate, samples(ratio: 1.6), baseline: stored(samples(ratio: 1))) == .regressed)
    let count = Gate(.async, .metric(.allocations), .baseline(.percent(0)))
    #expect(verdict(count, Self.counting(6, 6), baseline: stored(Self.counting(6, 6))) == .withinTolerance)
    #expect(verdict(count, Self.counting(6, 7), baseline: stored(Self.counting(6, 6))) == .regressed)
    #expect(verdict(count, samples(), baseline: stored(samples())).reason != nil)
  }

  @Test("Another machine's times are refused by the fields that differ; its ratio to a reference is not")
  func otherMachine() throws {
    let there = Fingerprint(fields: ["CPU": "B", "build": "optimised"])
    let source = stored(samples(ratio: 1), fingerprint: there)
    let reason = try #require(
      verdict(Gate(.async, .time, .baseline(.percent(10))), samples(), baseline: source).reason)
    #expect(reason.contains("CPU B there, A here"))
    let ratio = Gate(.async, .time, .baselineRatio(to: .sync, .percent(10)))
    #expect(verdict(ratio, samples(ratio: 1), baseline: source) == .withinTolerance)
    #expect(verdict(ratio, samples(ratio: 1.25), baseline: source) == .regressed)
    let slower = stored(samples(ratio: 1.25), fingerprint: there)
    #expect(verdict(ratio, samples(ratio: 1.25), baseline: slower) == .withinTolerance)
    #expect(verdict(ratio, samples(ratio: 1), baseline: slower) == .improved)
    let debug = stored(samples(), fingerprint: Fingerprint(fields: ["CPU": "A", "build": "debug"]))
    #expect(verdict(ratio, samples(), baseline: debug).reason?.contains("build mode") == true)
  }

  @Test("What the baseline hasn't is new; without a baseline the gate is refused, not passed")
  func new() {
    let gate = Gate(.async, .time, .baseline(.percent(10)))
    let empty = GateDecision.BaselineSource.stored(Baseline(fingerprint: here, cases: []), here: here)
    #expect(verdict(gate, samples(), baseline: empty) == .new)
    #expect(verdict(gate, samples()).reason?.contains("PGBENCH_BASELINE") == true)
  }

  @Test("With too few rounds, or a variant that isn't there, a gate is refused and says why")
  func refused() {
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(10))
    let one = Simulation(sessions: 1, rounds: 1).samples(seed: Seed(1))
    #expect(verdict(gate, one).reason?.contains("only 1 round") == true)
    #expect(
      verdict(.notSlower("x", than: .sync, by: .percent(1)), one).reason?.contains("no variant x") == true)
    #expect(verdict(Gate(nil, .time, .limit(1)), one).reason?.contains("names no variant") == true)
  }

  @Test("An early look needs more evidence than a last one, which has all that is left")
  func looks() throws {
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.01), looks: 4)
    let decision = GateDecision(of: identity, samples: samples(ratio: 1.2))
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(10))
    let early = try #require(decision.decide(gate, rules: rules, look: Look(0, isLast: false)).figures)
    let last = try #require(decision.decide(gate, rules: rules, look: Look(3, isLast: true)).figures)
    #expect(abs(early.rates.falseAlarm - 0.01 / 64) < 1e-12 && abs(last.rates.falseAlarm - 0.37 / 64) < 1e-12)
    #expect(early.atLeast < last.atLeast && early.atMost > last.atMost)
    #expect(early.look == 1 && last.look == 4 && last.looks == 4)
  }

  /// Samples with so many allocations of an operation of sync and of async.
  private static func counting(_ sync: Double, _ async: Double) -> SampleSet {
    var samples = Simulation(sessions: 4, rounds: 4).samples(seed: Seed(1))
    for (index, count) in [sync, async].enumerated() {
      samples.series[index].blocks = samples.series[index].blocks.map {
        Block(
          session: $0.session, round: $0.round, operations: $0.operations, elapsed: $0.elapsed,
          usage: [.allocations: count * Double($0.operations)])
      }
    }
    return samples
  }
}
