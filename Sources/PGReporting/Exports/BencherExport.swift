import PGMeasuring
import PGStatistics

/// Bencher Metric Format: `bencher run --adapter json --file …`.
///
/// Layout and units: bencher.dev/docs/reference/bencher-metric-format. `latency` is a typical session's
/// nanoseconds for each operation and `throughput` the operations per second at that pace, each with the ends
/// of its 95 % interval. Percentiles that the samples support, and metrics for each operation, are further
/// measures, without ends. Where a run of the body counts as several operations, percentiles are of such
/// runs, and are called `run-latency-p99`.
package enum BencherExport: ReportExport {
  package static let name = "bencher"
  package static let fileExtension = "json"

  /// Bencher takes names of 1,024 bytes at most.
  private static let style = NameStyle(separator: "/", allows: { _ in true }, greatestLength: 1000)

  /// The slug of a measure: at most 64 of these.
  private static let measures = NameStyle(
    separator: "-", allows: NameStyle.isPlain, greatestLength: 64, ignoresCase: true)

  package static func text(_ report: BenchmarkReport) throws -> String {
    var results: [String: JSONValue?] = [:]
    for variant in ExportNames.variants(of: report, style) {
      // Bencher takes this ending for an order to keep quiet about the benchmark.
      let name = variant.name.hasSuffix("-bencher-ignore") ? variant.name + "_" : variant.name
      let measures = measures(of: variant)
      if !measures.isEmpty { results[name] = .object(measures) }
    }
    return JSONValue.object(results).file
  }

  private static func measures(of variant: ExportedVariant) -> [String: JSONValue?] {
    var found: [String: JSONValue?] = [:]
    if let time = variant.time {
      found["latency"] = measure(time.value, time.low, time.high)
      found["throughput"] = measure(
        1e9 / time.value, time.high.map { 1e9 / $0 }, time.low.map { 1e9 / $0 })
    }
    let latency = variant.summary.latency
    for percentile in latency.supported {
      let name = variant.counted == 1 ? "latency" : "run-latency"
      found["\(name)-\(percentile.rawValue)"] = measure(Double(latency[percentile].wholeNanoseconds))
    }
    let metrics = ExportNames.metrics(of: variant, measures) { metric in
      measures.part("\(metric.name) \(metric.unit.rawValue)").lowercased().replacing("_", with: "-")
    }
    for one in metrics {
      let slug = one.name.replacing("_", with: "-")
      if found[slug] == nil { found[slug] = measure(one.value) }
    }
    return found
  }

  private static func measure(_ value: Double, _ low: Double? = nil, _ high: Double? = nil) -> JSONValue? {
    guard value.isFinite else { return nil }
    return [
      "value": .number(value), "lower_value": .number(ifAny: low), "upper_value": .number(ifAny: high),
    ]
  }
}
