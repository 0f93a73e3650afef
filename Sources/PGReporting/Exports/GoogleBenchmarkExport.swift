import PGMeasuring
import PGStatistics

/// Google Benchmark's JSON, for its `compare.py` and all that reads it.
///
/// Layout: google/benchmark, docs/user_guide.md, "Output Formats", and src/json_reporter.cc. A session is a
/// repetition, so that `compare.py benchmarks old.json new.json` can test them; mean, median and standard
/// deviation are the aggregates that Google Benchmark makes of repetitions. Times are nanoseconds for each
/// operation. The format wants a CPU time: it is the client's, of all sessions together, as the report has no
/// other; 0 where it wasn't measured.
package enum GoogleBenchmarkExport: ReportExport {
  package static let name = "google-benchmark"
  package static let fileExtension = "json"

  package static func text(_ report: BenchmarkReport) throws -> String {
    let families = ExportNames.variants(of: report).enumerated().flatMap { index, variant in
      entries(variant, family: index)
    }
    return JSONValue.object(["context": context(report.environment), "benchmarks": .list(families)]).file
  }

  private static func context(_ environment: ReportEnvironment) -> JSONValue {
    var context: [String: JSONValue?] = [
      "date": .text(environment.startedAt), "host_name": "", "executable": "swift test",
      "num_cpus": .integer(environment.cores), "mhz_per_cpu": 0, "cpu_scaling_enabled": false, "caches": [],
      "load_avg": [], "json_schema_version": 1,
      "library_build_type": environment.buildMode == .optimised ? "release" : "debug",
    ]
    // As AddCustomContext() writes what a program has to say.
    let custom: [(String, String?)] = [
      ("cpu", environment.cpu), ("operating_system", environment.operatingSystem),
      ("kernel", environment.kernel), ("postgresql", environment.serverVersion),
      ("libpq", environment.libpqVersion), ("commit", environment.commit),
      ("profile", environment.profile), ("toolchain", environment.toolchain),
    ]
    for case (let key, let value?) in custom { context[key] = .text(value) }
    return .object(context)
  }

  private static func entries(_ variant: ExportedVariant, family: Int) -> [JSONValue] {
    let sessions = variant.times.sessions
    let cpu = variant.cpu ?? 0
    func entry(_ more: [String: JSONValue?]) -> JSONValue {
      let common: [String: JSONValue?] = [
        "name": .text(variant.name), "run_name": .text(variant.name), "family_index": .integer(family),
        "per_family_instance_index": 0, "repetitions": .integer(max(1, sessions.count)),
        "threads": .integer(variant.report.clients), "cpu_time": .number(cpu), "time_unit": "ns",
      ]
      return .object(common.merging(more) { _, new in new })
    }
    guard !sessions.isEmpty else {
      guard let time = variant.time?.value else { return [] }
      return [
        entry([
          "run_type": "iteration", "repetition_index": 0,
          "iterations": .integer(variant.summary.latency.count),
          "real_time": .number(time), "items_per_second": .number(variant.summary.operationsPerSecond),
        ])
      ]
    }
    let repetitions = sessions.enumerated().map { index, session in
      entry([
        "run_type": "iteration", "repetition_index": .integer(index),
        "iterations": .integer(session.operations),
        "real_time": .number(session.time),
        "items_per_second": .number(variant.operationsPerSecond(in: session)),
      ])
    }
    guard sessions.count > 1, let spread = Spread(of: sessions.map(\.time)) else { return repetitions }
    let aggregates = [("mean", spread.mean), ("median", spread.median), ("stddev", spread.deviation)]
    return repetitions
      + aggregates.filter(\.1.isFinite).map { aggregate, time in
        entry([
          "name": .text("\(variant.name)_\(aggregate)"), "run_type": "aggregate",
          "aggregate_name": .text(aggregate), "aggregate_unit": "time",
          "iterations": .integer(sessions.count), "real_time": .number(time),
          "cpu_time": .number(aggregate == "stddev" ? 0 : cpu),
        ])
      }
  }
}
