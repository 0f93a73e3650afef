import PGMeasuring
import PGReporting
import PGStatistics
import PGSystem
import PGVerdicts

/// Reports made the way a run makes them, from simulated samples.
enum ExampleReport {
  static let environment = ReportEnvironment(
    cpu: "Example CPU", cores: 2, operatingSystem: "Debian GNU/Linux 12", kernel: "Linux 6.1.0",
    serverVersion: "15.6", libpqVersion: "15.6", serverSettings: ["jit": "off", "fsync": "off"],
    placement: "client and backend on one CPU", buildMode: .optimised, seed: Seed(.max), commit: "0123abc",
    profile: "quick", startedAt: "2024-03-01T12:00:00Z", toolchain: "Swift 6.3")

  static func report(
    _ cases: [CaseReport], buildMode: ReportEnvironment.BuildMode = .optimised
  ) -> BenchmarkReport {
    var environment = environment
    environment.buildMode = buildMode
    return BenchmarkReport(environment: environment, cases: cases)
  }

  static func report(
    of simulation: Simulation, _ identity: CaseIdentity, clients: Int = 1,
    source: TestSource? = nil
  ) throws -> CaseReport {
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(10))
    let samples = simulation.samples(seed: Seed(1).derived(identity.description))
    let analysis = try Analysis(
      of: samples, comparing: [VariantPair(.async, against: .sync)], operationsCounted: 2)
    let decision = GateDecision(of: identity, samples: samples)
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.001))
    return CaseReport(
      identity, samples: samples, analysis: analysis, gates: [decision.decide(gate, rules: rules)],
      clients: clients, placement: "one CPU", operationsCounted: 2, source: source)
  }

  /// A case of a third variant beside sync and async, which is what sync is.
  static func report(
    of simulation: Simulation, _ identity: CaseIdentity, third: Variant
  ) throws -> CaseReport {
    var samples = simulation.samples(seed: Seed(1))
    samples.series.append(
      SampleSet.Series(
        variant: third, blocks: samples.series[0].blocks, latencies: samples.series[0].latencies))
    return CaseReport(
      identity, samples: samples, analysis: try Analysis(of: samples), placement: "one CPU")
  }

  /// A slowdown that fails its gate, a case without a difference, one with too few rounds.
  static func typical() throws -> BenchmarkReport {
    report([
      try report(
        of: Simulation(ratio: 1.25), CaseIdentity(suite: "Standard", test: "Select", operations: 1_000)),
      try report(of: Simulation(), CaseIdentity(suite: "Standard", test: "Select", operations: 50_000)),
      try report(
        of: Simulation(sessions: 1, rounds: 1), CaseIdentity(suite: "Mixed", test: "Mixed", operations: 10)),
    ])
  }
}
