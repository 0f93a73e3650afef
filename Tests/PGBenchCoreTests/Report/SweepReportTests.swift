import PGMeasuring
import PGReporting
import PGStatistics
import Testing

@Suite("A report's sweeps")
struct SweepReportTests {
  private func report(
    _ test: String = "Select", status: String = "any", operations: Int, connect: Int, operation: Int,
    clients: Int = 1
  ) throws -> CaseReport {
    var series = SampleSet.Series(variant: .sync)
    for session in 0..<8 {
      // Off by up to half a per cent, by turns.
      let scale = 1 + Double(session % 3 - 1) / 200
      series.openings.append(Int(Double(connect) * scale))
      let latency = Int(Double(operation) * scale)
      series.blocks.append(Block(session: session, round: 0, operations: 100, elapsed: latency * 100))
      series.latencies += Array(repeating: latency, count: 100)
    }
    let samples = SampleSet(series: [series])
    return CaseReport(
      CaseIdentity(
        suites: ["Standard"], test: test, arguments: [.init(name: "status", value: status)],
        operations: operations), samples: samples,
      analysis: try Analysis(of: samples), clients: clients, placement: "one CPU")
  }

  @Test("are not made of several clients, whose connections would count as one")
  func severalClients() throws {
    let cases = try [10, 100, 1000].map {
      try report(operations: $0, connect: 2_000_000, operation: 20_000, clients: 8)
    }
    #expect(ExampleReport.report(cases).sweeps == [])
  }

  @Test("tell what a connection and an operation cost")
  func costs() throws {
    let cases = try [10, 100, 1000].map { try report(operations: $0, connect: 2_000_000, operation: 20_000) }
    let sweep = try #require(ExampleReport.report(cases).sweeps?.first)
    #expect(sweep.suite == "Standard" && sweep.test == "Select" && sweep.variant == .sync)
    #expect(sweep.cost.fixed.low < 2_000_000 && sweep.cost.fixed.high > 2_000_000)
    #expect(sweep.cost.perOperation.low < 20_000 && sweep.cost.perOperation.high > 20_000)
    #expect(
      MarkdownRenderer().text(ReportDocument(ExampleReport.report(cases))).contains(
        "## What a connection and an operation cost"))
  }

  @Test("don't mix what a test was given")
  func arguments() throws {
    let cases = try [10, 100, 1000].flatMap { count in
      try [("paid", 20_000), ("open", 80_000)].map { status, operation in
        try report(status: status, operations: count, connect: 2_000_000, operation: operation)
      }
    }
    let sweeps = try #require(ExampleReport.report(cases).sweeps)
    #expect(sweeps.map(\.arguments.first?.value) == ["paid", "open"])
    for (sweep, operation) in zip(sweeps, [20_000.0, 80_000]) {
      #expect(sweep.cost.perOperation.low < operation && sweep.cost.perOperation.high > operation)
    }
    #expect(
      MarkdownRenderer().text(ReportDocument(ExampleReport.report(cases))).contains("Select (status: paid)"))
  }

  @Test("are of tests with at least three counts")
  func few() throws {
    let cases = try [10, 100].map { try report(operations: $0, connect: 2_000_000, operation: 20_000) }
    #expect(ExampleReport.report(cases).sweeps == [])
    #expect(
      !MarkdownRenderer().text(ReportDocument(ExampleReport.report(cases))).contains("## What a connection"))
  }

  @Test("leave out sessions that a file can't have had, and bear numbers that no sum holds")
  func damaged() throws {
    let cases = try [10, 100, 1000].map { try report(operations: $0, connect: 2_000_000, operation: 20_000) }
    let text = try JSONReportWriter().text(ExampleReport.report(cases))
    for (column, numbers) in [
      ("session", "-1, 0"), ("session", "\(Int.max), 0"), ("elapsed", "\(Int.max), \(Int.max)"),
      ("operations", "\(Int.max), \(Int.max)"), ("nanoseconds", "\(Int.max), 1"),
    ] {
      let whole = try Regex("\"\(column)\" : \\[[0-9]+, [0-9]+")
      let damaged = text.replacing(whole, with: "\"\(column)\" : [\(numbers)")
      try #require(damaged != text)
      let report = try JSONReportWriter().report(from: damaged)
      // Put together anew, as by who takes cases of several reports.
      let again = BenchmarkReport(environment: report.environment, cases: report.cases)
      #expect(again.cases.count == 3)
    }
  }
}
