import Testing

@testable import PGMeasuring
@testable import PGReporting
@testable import PGStatistics
@testable import PGVerdicts

@Suite("SampleSet")
struct SampleSetTests {
  @Test("A variant's samples are found by its name")
  func lookUp() {
    let samples = SampleSet(series: [.init(variant: .sync), .init(variant: .async, latencies: [5])])
    #expect(samples.variants == [.sync, .async])
    #expect(samples[.async]?.latencies == [5])
    #expect(samples["other"] == nil)
  }

  @Test(
    "A metric with one figure that is no finite number can't be used, whatever the other blocks say",
    arguments: [Double.nan, .infinity, -.infinity])
  func noNumber(figure: Double) throws {
    let metric = Metric("hits", unit: .count)
    var samples = SampleSet(series: [.init(variant: .sync), .init(variant: .async)])
    for round in 0..<8 {
      for index in 0..<2 {
        let used = index == 0 && round == 3 ? figure : 10
        samples.series[index].add(
          Block(session: round / 4, round: round % 4, operations: 2, elapsed: 10, usage: [metric: used]),
          latencies: [5, 5])
      }
    }
    let analysis = try Analysis(of: samples)
    #expect(analysis[.async]?[metric] == 5)
    let summary = try #require(analysis[.sync]?.metrics.first)
    #expect(
      summary
        == MetricSummary(
          metric,
          .notAvailable(reason: "its counter moved by \(figure) in a block, and must give finite numbers")))
    let identity = CaseIdentity(suite: "S", test: "t", operations: 2)
    let outcome = GateDecision(of: identity, samples: samples).decide(
      Gate(.sync, .metric(metric), .limit(100)), rules: GateRules(rates: ErrorRates(falseAlarm: 0.01)))
    #expect(outcome.verdict.reason?.contains("hits is not available here, its counter moved by") == true)
    let baseline = BaselineCase(identity, samples: samples)
    #expect(baseline.figure(of: .metric(metric), variant: .sync) == nil)
    #expect(baseline.figure(of: .metric(metric), variant: .async)?.value == 5)
    let report = ExampleReport.report([
      CaseReport(identity, samples: samples, analysis: analysis, placement: "")
    ])
    _ = try JSONReportWriter().text(report)
  }

  @Test("A block's statistic is its wall time for each operation")
  func timePerOperation() {
    #expect(Block(session: 0, round: 0, operations: 50, elapsed: 1_000).timePerOperation == 20)
    #expect(Block(session: 0, round: 0, operations: 0, elapsed: 1_000).timePerOperation == nil)
    #expect(Block(session: 0, round: 0, operations: 50, elapsed: 0).timePerOperation == nil)
  }
}
