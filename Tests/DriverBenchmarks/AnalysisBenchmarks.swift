import Foundation
import PGBenchKit
import PGMeasuring
import PGReporting
import PGSystem
import Testing

/// What the kit itself computes once a case, or a run, has been measured.
///
/// No database has a part in it, though every benchmark is given one. It is about the kit, not the drivers, so
/// that it runs only when it is asked for:
///
///     PGBENCH_ANALYSIS=1 swift test --filter AnalysisBenchmarks
@Suite(
  "Analysis", .benchmark, .budget(.rounds(4)), .warmup(.operations(1)),
  .enabled(if: ProcessInfo.processInfo.environment["PGBENCH_ANALYSIS"] != nil, "only with PGBENCH_ANALYSIS=1")
)
struct AnalysisBenchmarks {
  @Test("A case of 1,000,000 samples")
  func analysis() async throws {
    let result = try await benchmark(
      4,
      variants: [
        BenchmarkVariant("analysis", driver: NoDriver()) { _, _, _ in try Analysis(of: Self.longCase) }
      ])
    #expect(try result["analysis"].latency.p50 < .milliseconds(200))
  }

  @Test("The report of 100 cases")
  func report() async throws {
    let result = try await benchmark(
      4,
      variants: [
        BenchmarkVariant("report", driver: NoDriver()) { _, _, _ in
          let report = try Self.longReport.get()
          let json = try JSONReportWriter().text(report)
          let document = ReportDocument(report)
          return [json, MarkdownRenderer().text(document), TerminalRenderer().text(document)]
            .map(\.utf8.count)
        }
      ])
    #expect(try result["report"].latency.p50 < .seconds(1))
  }

  @Test(
    "A format of the report of 100 cases of 1,000,000 samples",
    arguments: ["all of a run", "json", "markdown", "html", "terminal", "charts"]
      + ReportExports.all.map { $0.name })
  func formats(_ name: String) async throws {
    try await benchmark(
      4,
      variants: [
        BenchmarkVariant("writing", driver: NoDriver()) { _, _, _ in
          try Self.size(of: name, try Self.longestReport.get())
        }
      ])
  }

  /// Of a form of a report, in bytes.
  private static func size(of format: String, _ report: BenchmarkReport) throws -> Int {
    switch format {
    case "all of a run":
      let document = ReportDocument(report)
      return try JSONReportWriter().text(report).utf8.count + MarkdownRenderer().text(document).utf8.count
        + HTMLRenderer(charts: "charts").text(document, title: "Report").utf8.count
        + TerminalRenderer().text(document).utf8.count
        + document.charts.reduce(0) { $0 + $1.file().utf8.count }
    case "json": return try JSONReportWriter().text(report).utf8.count
    case "markdown": return MarkdownRenderer().text(ReportDocument(report)).utf8.count
    case "html":
      return HTMLRenderer(charts: "charts").text(ReportDocument(report), title: "Report").utf8.count
    case "terminal": return TerminalRenderer().text(ReportDocument(report)).utf8.count
    case "charts": return ReportDocument(report).charts.reduce(0) { $0 + $1.file().utf8.count }
    default: return try ReportExports.named(format).files(report).reduce(0) { $0 + $1.text.utf8.count }
    }
  }

  private static let longCase = samples(blocks: 5000, seed: 1)

  private static let longReport = Result { try report(of: samples(blocks: 600, seed: 2)) }
  private static let longestReport = Result { try report(of: longCase) }

  /// Twenty tests of five counts each in four suites, every case of the same samples.
  private static func report(of measured: SampleSet) throws -> BenchmarkReport {
    let analysis = try Analysis(of: measured)
    return BenchmarkReport(
      environment: ReportEnvironment(
        cpu: "Any", cores: 2, operatingSystem: "Any", kernel: "Any", placement: "anywhere",
        buildMode: .optimised, seed: Seed(2), profile: "full", startedAt: "2024-03-01T12:00:00Z"),
      cases: (0..<100).map { number in
        CaseReport(
          CaseIdentity(
            suite: "Suite \(number / 25)", test: "Test \(number / 5)", operations: 10 << (number % 5 * 3)),
          samples: measured, analysis: analysis, placement: "anywhere")
      })
  }

  /// Two variants' blocks of 100 operations: some 20 µs each, and one in fifty up to half a millisecond.
  private static func samples(blocks: Int, seed: UInt64) -> SampleSet {
    var generator = SeededGenerator(seed: seed)
    var samples = SampleSet(series: [.init(variant: .sync), .init(variant: .async)])
    for round in 0..<blocks {
      for index in samples.series.indices {
        let latencies = (0..<100).map { _ in
          18_000 + generator.number(below: generator.number(below: 50) == 0 ? 500_000 : 4_000)
        }
        samples.series[index].latencies += latencies
        samples.series[index].blocks.append(
          Block(
            session: round * 8 / blocks, round: round, operations: 100, elapsed: latencies.reduce(0, +)))
      }
    }
    return samples
  }
}

/// A thread and nothing to connect to, for bodies that measure plain code.
private struct NoDriver: BenchmarkDriver {
  func start(clients: Int) throws -> BlockingExecutor { try BlockingExecutor(threads: clients) }
  func connect(to database: PostgresConfiguration, on runtime: BlockingExecutor) {}
  func close(_ connection: Void) {}
}
