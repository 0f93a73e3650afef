import PGMeasuring
import PGReporting
import PGStatistics
import PGSystem
import PGVerdicts

extension ExampleReport {
  /// A report of many cases, four to a test and ten to a suite, each with metrics and six gates.
  ///
  /// - Parameter change: Changes a case's simulation by its number.
  static func large(
    cases: Int, change: (Int, inout Simulation) -> Void = { _, _ in }
  ) throws -> BenchmarkReport {
    let gates =
      [Gate.notSlower(.async, than: .sync, by: .percent(10))]
      + [Metric.allocations, .allocatedBytes, .clientCPU, .serverCPU, .statements].map {
        Gate(.async, .metric($0), .limit(1e9))
      }
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.001))
    let reports = try (0..<cases).map { number in
      var simulation = Simulation(sessions: 8, rounds: 10)
      change(number, &simulation)
      var samples = simulation.samples(seed: Seed(UInt64(number)))
      addMetrics(&samples)
      let suite = number / 10 + 1
      let identity = CaseIdentity(
        suite: "Suite number \(suite)", test: "A query of kind \(number / 4 + 1)",
        operations: [50, 500, 5_000, 50_000][number % 4])
      let decision = GateDecision(of: identity, samples: samples)
      return CaseReport(
        identity, samples: samples, analysis: try Analysis(of: samples),
        gates: gates.map { decision.decide($0, rules: rules) }, placement: "one CPU",
        source: TestSource(
          file: "ShopBenchmarks/Suite\(suite)Benchmarks.swift", line: 10 + number,
          command:
            "PGBENCH_PROFILE=quick PGBENCH_SEED=1 swift test --filter 'ShopBenchmarks.Suite\(suite)/find'"))
    }
    return report(reports)
  }

  private static func addMetrics(_ samples: inout SampleSet) {
    for index in samples.series.indices {
      let series = samples.series[index]
      samples.series[index].blocks = series.blocks.enumerated().map { number, block in
        let operations = Double(block.operations)
        let usage: [Metric: Double] = [
          .clientCPU: (9_000 + Double(number * 7)) * operations, .serverCPU: 7_000 * operations,
          .allocations: 6 * operations, .allocatedBytes: 412 * operations,
          .voluntarySwitches: operations, .involuntarySwitches: 0,
        ]
        return Block(
          session: block.session, round: block.round, operations: block.operations, elapsed: block.elapsed,
          usage: usage)
      }
      samples.series[index].attribution = [
        MetricSummary(.statements, .value(1)),
        MetricSummary(.instructions, .notAvailable(reason: "no counter")),
      ]
      samples.series[index].openings = (0..<8).map { 2_000_000 + $0 * 10_000 }
    }
  }
}
