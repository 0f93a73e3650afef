import PGMeasuring

/// The custom JSON of github-action-benchmark: `tool: customSmallerIsBetter`.
///
/// Layout: benchmark-action/github-action-benchmark, src/extract.ts, `BenchmarkResult`. The value is a
/// typical session's nanoseconds for each operation, the range half of the width of its 95 % interval.
package enum GitHubActionBenchmarkExport: ReportExport {
  package static let name = "github-action-benchmark"
  package static let fileExtension = "json"

  package static func text(_ report: BenchmarkReport) throws -> String {
    let results = ExportNames.variants(of: report).compactMap { variant -> JSONValue? in
      guard let time = variant.time else { return nil }
      let sessions = Format.amount(variant.times.sessions.count, "session")
      let rounds = Format.amount(variant.times.rounds.count, "round")
      let rate = Format.rate(variant.summary.operationsPerSecond)
      return [
        "name": .text(variant.name), "value": .number(time.value), "unit": "ns/op",
        "range": time.halfWidth.map { .text("± \($0)") },
        "extra": .text("\(sessions)\n\(rounds)\n\(rate) operations per second"),
      ]
    }
    return JSONValue.list(results).file
  }
}
