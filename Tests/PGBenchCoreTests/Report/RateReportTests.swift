import Foundation
import PGMeasuring
import PGStatistics
import Testing

@testable import PGReporting

/// Reports of a case whose operations were due at a rate: 500 in a second, which take 64 µs each.
@Suite("A case with a rate")
struct RateReportTests {
  private func report(
    operations: Int = 10, perSecond: Double = 500, goal: RateGoal? = nil
  ) throws -> BenchmarkReport {
    var series = SampleSet.Series(variant: .sync)
    for session in 0..<4 {
      series.openings.append(2_000_000)
      series.add(
        Block(
          session: session, round: 0, operations: 100, elapsed: 6_400_000,
          pace: Pace(wall: 198_064_000, intended: 200_000_000)),
        latencies: Array(repeating: 64_000, count: 100))
    }
    var samples = SampleSet(series: [series])
    samples.rate = goal == nil ? ArrivalRate(perSecond: perSecond) : nil
    samples.goal = goal
    let identity = CaseIdentity(suite: "Shop", test: "Orders", operations: operations)
    return ExampleReport.report([
      CaseReport(identity, samples: samples, analysis: try Analysis(of: samples), placement: "one CPU")
    ])
  }

  @Test(
    "is in other tools' formats with the time of an operation, and operations per second of the wall time")
  func exports() throws {
    let report = try report()
    #expect(try GoExport.text(report).contains(" 64000.0 ns/op 500.0 ops/s"))
    let google = try GoogleBenchmarkExport.text(report)
    #expect(google.contains(#""real_time":64000"#) || google.contains(#""real_time": 64000"#), "\(google)")
    #expect(google.contains(#""items_per_second":500"#) || google.contains(#""items_per_second": 500"#))
    // A tenth of a second's blocks, in microseconds.
    #expect(try ChromeTraceExport.text(report).contains(#""dur":200000"#))
  }

  @Test("tells its rate in JSON and in its table, and comes back the same")
  func written() throws {
    let report = try report()
    let text = try JSONReportWriter().text(report)
    #expect(try JSONReportWriter().report(from: text) == report)
    let problems = try JSONSchema.published().problems(
      in: JSONSerialization.jsonObject(with: Data(text.utf8)))
    #expect(problems.isEmpty, "\(problems)")
    let markdown = MarkdownRenderer().text(ReportDocument(report))
    #expect(markdown.contains("| rate |") && markdown.contains("500 / s"), "\(markdown)")
  }

  @Test("that was looked for is in JSON with its goal, in the table, and comes back the same")
  func goal() throws {
    let report = try report(goal: RateGoal(.p99, atMost: .milliseconds(5)))
    let text = try JSONReportWriter().text(report)
    #expect(try JSONReportWriter().report(from: text) == report)
    let problems = try JSONSchema.published().problems(
      in: JSONSerialization.jsonObject(with: Data(text.utf8)))
    #expect(problems.isEmpty, "\(problems)")
    let markdown = MarkdownRenderer().text(ReportDocument(report))
    #expect(markdown.contains("highest, p99 at most 5.00 ms"), "\(markdown)")
    #expect(markdown.contains("the highest at which they could be due"), "\(markdown)")
    let broken = text.replacing("5000000", with: "0")
    let error = #expect(throws: (any Error).self) { try JSONReportWriter().report(from: broken) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("asks for a latency of"))
  }

  @Test("is no part of what a connection and an operation cost, for its operations wait for their time")
  func sweeps() throws {
    let cases = try [10, 100, 1000].flatMap { try report(operations: $0).cases }
    #expect((ExampleReport.report(cases).sweeps ?? []).isEmpty)
  }

  @Test("with a rate that none can have is refused")
  func refused() throws {
    let text = try JSONReportWriter().text(report()).replacing(
      "\"perSecond\" : 500", with: "\"perSecond\" : 0"
    )
    .replacing("\"perSecond\":500", with: "\"perSecond\":0")
    let error = #expect(throws: (any Error).self) { try JSONReportWriter().report(from: text) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("a rate that none can have"))
  }
}
