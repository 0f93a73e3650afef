import PGMeasuring
import PGStatistics

/// OpenMetrics text, for Prometheus: a node exporter's text file, a Pushgateway, `promtool`.
///
/// Format: prometheus/OpenMetrics, specification/OpenMetrics.md, version 1.0, in the part that Prometheus'
/// own text format shares. Samples have no times, which both readers above refuse; when the run started is a
/// figure of its own. Quantiles are those that the samples support.
package enum OpenMetricsExport: ReportExport {
  package static let name = "openmetrics"
  package static let fileExtension = "prom"

  package static func text(_ report: BenchmarkReport) throws -> String {
    let variants = ExportNames.variants(of: report)
    var lines = information(report.environment)
    lines += times(variants) + rates(variants) + ratios(variants) + latencies(variants) + metrics(variants)
    lines += family("pgbenchkit_failed_tests", "gauge", "Tests that ended with an error.") {
      [sample("pgbenchkit_failed_tests", [], Double(report.failures?.count ?? 0))]
    }
    return lines.joined(separator: "\n") + "\n# EOF\n"
  }

  private static func information(_ environment: ReportEnvironment) -> [String] {
    let labels: [(String, String?)] = [
      ("cpu", environment.cpu), ("server", environment.serverVersion), ("libpq", environment.libpqVersion),
      ("commit", environment.commit), ("profile", environment.profile), ("toolchain", environment.toolchain),
      ("build", environment.buildMode.rawValue), ("started", environment.startedAt),
    ]
    return family("pgbenchkit_run", "gauge", "What the run was measured on.") {
      [sample("pgbenchkit_run", labels.compactMap { key, value in value.map { (key, $0) } }, 1)]
    }
  }

  private static func times(_ variants: [ExportedVariant]) -> [String] {
    let ends: [(String, String, (SessionTimes.Estimate) -> Double?)] = [
      ("time", "Time of an operation in a typical session.", { $0.value }),
      ("time_low", "Lower end of the time's 95 % interval between sessions.", { $0.low }),
      ("time_high", "Upper end of the time's 95 % interval between sessions.", { $0.high }),
    ]
    return ends.flatMap { end, help, value in
      let name = "pgbenchkit_operation_\(end)_seconds"
      return family(name, "gauge", unit: "seconds", help) {
        variants.compactMap { one in
          one.time.flatMap(value).flatMap { sample(name, labels(one), $0 / 1e9) }
        }
      }
    }
  }

  private static func rates(_ variants: [ExportedVariant]) -> [String] {
    let name = "pgbenchkit_operations_per_second"
    return family(name, "gauge", "Operations a second, all clients together.") {
      variants.compactMap { sample(name, labels($0), $0.summary.operationsPerSecond) }
    }
  }

  private static func ratios(_ variants: [ExportedVariant]) -> [String] {
    let ends: [(String, String, (RatioEstimate) -> Double)] = [
      ("", "Time of an operation as a multiple of the reference's: above 1 is slower.", { $0.ratio }),
      ("_low", "Lower end of the ratio's interval.", { $0.low }),
      ("_high", "Upper end of the ratio's interval.", { $0.high }),
    ]
    return ends.flatMap { end, help, value in
      let name = "pgbenchkit_time_ratio\(end)"
      return family(name, "gauge", help) {
        variants.compactMap { one in
          guard let comparison = one.comparison else { return nil }
          let more = [
            ("reference", comparison.pair.reference.name),
            ("confidence", "\(comparison.estimate.confidence)"),
          ]
          return sample(name, labels(one) + more, value(comparison.estimate))
        }
      }
    }
  }

  private static func latencies(_ variants: [ExportedVariant]) -> [String] {
    let name = "pgbenchkit_latency_seconds"
    let help =
      "Latencies of runs of the body, each of as many operations as the label operations_counted says."
    return family(name, "summary", unit: "seconds", help) {
      variants.flatMap { one -> [String?] in
        let latency = one.summary.latency
        let labels = labels(one) + [("operations_counted", "\(one.counted)")]
        let quantiles = latency.supported.map { percentile in
          sample(
            name, labels + [("quantile", "\(Double(percentile.permille) / 1000)")],
            latency[percentile].exportedSeconds)
        }
        return quantiles + ["\(name)_count{\(text(labels))} \(max(0, latency.count))"]
      }
    }
  }

  /// What operations use besides time: a family for each unit, and a label for each metric.
  private static func metrics(_ variants: [ExportedVariant]) -> [String] {
    let units: [(Metric.Unit, String, String?, Double)] = [
      (.nanoseconds, "pgbenchkit_use_seconds", "seconds", 1e9), (.bytes, "pgbenchkit_use_bytes", "bytes", 1),
      (.count, "pgbenchkit_uses", nil, 1),
    ]
    return units.flatMap { unit, name, words, scale in
      family(name, "gauge", unit: words, "What an operation uses, by metric.") {
        variants.flatMap { one in
          // Names that differ in what a label's text can't hold would be one series twice.
          var seen: Set<String> = []
          return one.metrics.filter { $0.metric.unit == unit }.compactMap { metric, value -> String? in
            let label = Printable.line(metric.name)
            guard seen.insert(label).inserted else { return nil }
            return sample(name, labels(one) + [("metric", label)], value / scale)
          }
        }
      }
    }
  }

  /// A family's samples below what describes them; nothing of none.
  private static func family(
    _ name: String, _ type: String, unit: String? = nil, _ help: String, _ samples: () -> [String?]
  ) -> [String] {
    let samples = samples().compactMap(\.self)
    guard !samples.isEmpty else { return [] }
    return ["# TYPE \(name) \(type)"] + (unit.map { ["# UNIT \(name) \($0)"] } ?? [])
      + ["# HELP \(name) \(help)"] + samples
  }

  private static func sample(_ name: String, _ labels: [(String, String)], _ value: Double) -> String? {
    guard value.isFinite else { return nil }
    return labels.isEmpty ? "\(name) \(value)" : "\(name){\(text(labels))} \(value)"
  }

  /// The case's name and the variant tell series apart; the others are for choosing among them.
  private static func labels(_ variant: ExportedVariant) -> [(String, String)] {
    [
      ("name", variant.name), ("suite", variant.report.suite), ("test", variant.report.test),
      ("operations", "\(variant.report.operations)"), ("variant", variant.summary.variant.name),
    ]
  }

  private static func text(_ labels: [(String, String)]) -> String {
    labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in Printable.line(text).unicodeScalars {
      if scalar == "\\" || scalar == "\"" { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }
}
