import PGMeasuring
import PGStatistics

/// pytest-benchmark's JSON, for `pytest-benchmark compare`.
///
/// Layout and figures: ionelmc/pytest-benchmark, src/pytest_benchmark/fixture.py, session.py and stats.py. A
/// round is a round, and its datum the seconds for each of its operations. Variants of a case are a group,
/// which `compare` shows as a table. All figures are of the rounds, as that tool computes them; what the
/// report says of runs of the body, each of `operations_counted` operations, is in `extra_info`.
package enum PytestBenchmarkExport: ReportExport {
  package static let name = "pytest-benchmark"
  package static let fileExtension = "json"

  package static func text(_ report: BenchmarkReport) throws -> String {
    let environment = report.environment
    let machine: JSONValue = [
      "node": "", "processor": .text(environment.cpu), "machine": "", "system": .text(environment.kernel),
      "release": .text(environment.operatingSystem), "python_implementation": "none",
      "python_version": "none",
      "python_compiler": .text(environment.toolchain ?? ""),
      "cpu": ["brand_raw": .text(environment.cpu), "count": .integer(environment.cores)],
    ]
    let commit: JSONValue = [
      "id": .text(environment.commit ?? "unknown"), "time": .text(environment.startedAt), "dirty": false,
      "project": "", "branch": "(unknown)",
    ]
    return JSONValue.object([
      "machine_info": machine, "commit_info": commit, "datetime": .text(environment.startedAt),
      "version": "5.2.3", "benchmarks": .list(ExportNames.variants(of: report).compactMap(benchmark)),
    ]).file
  }

  private static func benchmark(_ variant: ExportedVariant) -> JSONValue? {
    let seconds = variant.times.rounds.map { $0 / 1e9 }
    guard let stats = stats(of: seconds) else { return nil }
    let report = variant.report
    let part = NameStyle.readable.part
    var parameters = ["variant": part(variant.summary.variant.name), "operations": "\(report.operations)"]
    for (index, argument) in report.arguments.enumerated() {
      parameters[part(argument.name ?? "argument \(index + 1)")] = part(argument.value)
    }
    let lengths = report.rounds.first { $0.variant == variant.summary.variant }?.operations ?? []
    let latency = variant.summary.latency
    var extra: [String: JSONValue?] = [
      "operations_per_second": .number(variant.summary.operationsPerSecond),
      "clients": .integer(report.clients), "operations_counted": .integer(variant.counted),
      "sessions": .integer(variant.times.sessions.count),
    ]
    for percentile in latency.supported {
      extra["latency_\(percentile.rawValue)_seconds"] = .number(latency[percentile].exportedSeconds)
    }
    var members = stats
    // How many operations a datum is the mean of: those of the middle round, where they differ.
    let length = Median.of(lengths.map { Double($0) * Double(variant.counted) })?.rounded()
    members["iterations"] = .integer(length.flatMap { Int(exactly: $0) } ?? 1)
    members["data"] = .numbers(seconds)
    return [
      "group": .text(variant.caseName), "name": .text(variant.name), "fullname": .text(variant.name),
      "param": .text(part(variant.summary.variant.name)),
      "params": .object(parameters.mapValues { .text($0) }),
      "extra_info": .object(extra), "options": ["warmup": true], "stats": .object(members),
    ]
  }

  /// The figures that pytest-benchmark has, computed as it does; nil of no rounds.
  static func stats(of data: [Double]) -> [String: JSONValue?]? {
    let sorted = data.filter(\.isFinite).sorted()
    guard let spread = Spread(of: sorted), spread.deviation.isFinite,
      let (q1, q3) = quartiles(sorted)
    else { return nil }
    let iqr = q3 - q1
    func outside(_ low: Double, _ high: Double) -> Int { sorted.count { $0 < low || $0 > high } }
    let fences = (q1 - 1.5 * iqr, q3 + 1.5 * iqr)
    let deviating = outside(spread.mean - spread.deviation, spread.mean + spread.deviation)
    let total = sorted.reduce(0, +)
    return [
      "min": .number(spread.min), "max": .number(spread.max), "mean": .number(spread.mean),
      "median": .number(spread.median), "stddev": .number(spread.deviation), "rounds": .integer(sorted.count),
      "q1": .number(q1), "q3": .number(q3), "iqr": .number(iqr), "total": .number(total),
      "ops": .number(total > 0 ? Double(sorted.count) / total : 0),
      "stddev_outliers": .integer(deviating), "iqr_outliers": .integer(outside(fences.0, fences.1)),
      "outliers": .text("\(deviating);\(outside(fences.0, fences.1))"),
      "ld15iqr": .number(sorted.first { $0 >= fences.0 } ?? spread.min),
      "hd15iqr": .number(sorted.first { $0 > fences.1 } ?? spread.max),
    ]
  }

  /// The quartiles by pytest-benchmark's rule: the halves' medians, or by quarters of an odd number.
  private static func quartiles(_ sorted: [Double]) -> (Double, Double)? {
    let count = sorted.count
    guard count > 1 else { return sorted.first.map { ($0, $0) } }
    guard count % 2 == 1 else {
      guard let low = Median.of(sorted[..<(count / 2)]), let high = Median.of(sorted[(count / 2)...]) else {
        return nil
      }
      return (low, high)
    }
    let n = count / 4
    return count % 4 == 1
      ? (
        0.25 * sorted[n - 1] + 0.75 * sorted[n], 0.75 * sorted[3 * n] + 0.25 * sorted[3 * n + 1]
      )
      : (
        0.75 * sorted[n] + 0.25 * sorted[n + 1], 0.25 * sorted[3 * n + 1] + 0.75 * sorted[3 * n + 2]
      )
  }
}

extension Duration {
  /// The whole nanoseconds in seconds, for formats that have no smaller unit.
  var exportedSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
