import PGMeasuring
import PGStatistics

/// A table with a row for each variant of each case, for spreadsheets and data frames.
///
/// Format: RFC 4180, with a header. Numbers have points and no thousands separators, times are nanoseconds,
/// and what isn't known is empty, as are percentiles that the samples don't support. Times, rates and metrics
/// are of operations, latencies of runs of the body, of `operations_counted` operations each. A text that a
/// spreadsheet would take for a formula has an apostrophe before it (OWASP, "CSV Injection").
package enum CSVExport: ReportExport {
  package static let name = "csv"
  package static let fileExtension = "csv"

  package static func text(_ report: BenchmarkReport) throws -> String {
    let variants = ExportNames.variants(of: report)
    let metrics = variants.flatMap { $0.metrics.map(\.metric) }.uniqued.sorted(by: Metric.comesFirst)
    let header = columns + metrics.map { cell("\($0.name) (\($0.unit.rawValue))") }
    let rows = variants.map { one in
      texts(one).map(cell) + numbers(one)
        + metrics.map { metric in number(one.metrics.first { $0.metric == metric }?.value) }
    }
    return ([header] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  private static let columns =
    [
      "name", "suite", "test", "function", "arguments", "variant", "reference", "operations", "call",
      "clients",
      "operations_counted", "sessions", "rounds", "operations_per_second", "time_ns", "time_low_ns",
      "time_high_ns", "time_ratio", "time_ratio_low", "time_ratio_high", "confidence", "latency_count",
      "latency_mean_ns", "latency_sd_ns", "latency_min_ns",
    ] + Percentile.allCases.map { "latency_\($0.rawValue)_ns" } + ["latency_max_ns"]

  private static func texts(_ one: ExportedVariant) -> [String] {
    let arguments = one.report.arguments.map { argument in
      argument.name.map { "\($0): \(argument.value)" } ?? argument.value
    }
    return [
      one.name, one.report.suite, one.report.test, one.report.function ?? "",
      arguments.joined(separator: ", "), one.summary.variant.name, one.comparison?.pair.reference.name ?? "",
    ]
  }

  private static func numbers(_ one: ExportedVariant) -> [String] {
    let (report, latency, estimate) = (one.report, one.summary.latency, one.comparison?.estimate)
    let counts = [
      report.operations, report.call, report.clients, report.operationsCounted, one.times.sessions.count,
      one.times.rounds.count,
    ]
    let figures = [
      one.summary.operationsPerSecond, one.time?.value, one.time?.low, one.time?.high, estimate?.ratio,
      estimate?.low, estimate?.high, estimate?.confidence,
    ]
    let moments = [latency.mean, latency.standardDeviation, latency.min].map { "\($0.wholeNanoseconds)" }
    let percentiles = Percentile.allCases.map {
      latency.supports($0) ? "\(latency[$0].wholeNanoseconds)" : ""
    }
    return counts.map { "\($0)" } + figures.map(number) + ["\(latency.count)"] + moments + percentiles
      + ["\(latency.max.wholeNanoseconds)"]
  }

  private static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return "\(value)"
  }

  private static func cell(_ text: String) -> String {
    var text = Printable.line(text)
    if let first = text.first(where: { !$0.isWhitespace }), "=+-@＝＋－＠".contains(first) { text = "'" + text }
    guard text.contains(where: { ",\"".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
