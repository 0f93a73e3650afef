import PGMeasuring
import PGStatistics

/// JMH's JSON, for JMH Visualizer and what else reads Java's benchmarks.
///
/// Layout: openjdk/jmh, jmh-core/…/results/format/JSONResultFormat.java, with the keys of version 1.37. A
/// session is a fork, a round an iteration, and the score the mean of all rounds' nanoseconds for each
/// operation. Its error is half of the 99.9 % interval, as in JMH, but between sessions: rounds of one
/// session are no independent measurements. Percentiles of runs of the body that the samples support are
/// secondary metrics, `·p0.99`, named as JMH names those of its sampling mode; their unit says of how many
/// operations such a run is, where it isn't one.
package enum JMHExport: ReportExport {
  package static let name = "jmh"
  package static let fileExtension = "json"

  package static func text(_ report: BenchmarkReport) throws -> String {
    let variants = ExportNames.variants(of: report)
    // JMH tells benchmarks apart by name and parameters; where ours are alike, the name gets a checksum.
    let keys = variants.map { variant in
      let parameters = parameters(of: variant).map { "\($0.key)=\($0.value)" }.sorted()
      return (
        name: ([name(of: variant.report)] + parameters).joined(separator: "\n"), key: [variant.name]
      )
    }
    let unique = ExportNames.unique(keys, .readable)
    let results = zip(zip(variants, keys), unique).compactMap { pair, unique in
      let suffix = String(unique.dropFirst(pair.1.name.count))
      return result(pair.0, name: name(of: pair.0.report) + suffix, of: report.environment)
    }
    return JSONValue.list(results).file
  }

  /// Such as `Standard.Select`: what comes before the last dot is a class to JMH.
  private static func name(of report: CaseReport) -> String {
    (report.suites + [report.test]).map(style.part).joined(separator: ".")
  }

  /// What Java's identifiers have, in ASCII.
  private static let style = NameStyle(
    separator: ".", allows: { NameStyle.isPlain($0) && $0 != "." && $0 != "-" })

  private static func parameters(of variant: ExportedVariant) -> [String: String] {
    var parameters = [
      "variant": NameStyle.readable.part(variant.summary.variant.name),
      "operations": "\(variant.report.operations)",
    ]
    for (index, argument) in variant.report.arguments.enumerated() {
      let name = style.part(argument.name ?? "argument\(index + 1)")
      let key = parameters[name] == nil ? name : "\(name)_\(index + 1)"
      parameters[key] = NameStyle.readable.part(argument.value)
    }
    if variant.report.call != 1 { parameters["call"] = "\(variant.report.call)" }
    return parameters
  }

  private static func result(
    _ variant: ExportedVariant, name: String, of environment: ReportEnvironment
  ) -> JSONValue? {
    let times = variant.times
    let sorted = times.rounds.sorted()
    guard let spread = Spread(of: sorted), spread.mean.isFinite else { return nil }
    let estimate = times.estimate(confidence: 0.999)
    let primary: JSONValue = [
      "score": .number(spread.mean), "scoreError": estimate?.halfWidth.map { .number($0) } ?? "NaN",
      "scoreConfidence": confidence(estimate), "scorePercentiles": percentiles(of: sorted),
      "scoreUnit": "ns/op", "rawData": .list(times.sessions.map { .numbers($0.rounds) }),
    ]
    let measured = variant.report.warmUp
    return [
      "jmhVersion": "1.37", "benchmark": .text(name), "mode": "avgt",
      "threads": .integer(variant.report.clients), "forks": .integer(times.sessions.count), "jvm": "none",
      "jvmArgs": [], "jdkVersion": .text(environment.toolchain ?? "none"), "vmName": "PGBenchKit",
      "vmVersion": .text(environment.profile),
      "warmupIterations": .integer(measured.sessions), "warmupTime": .text("\(measured.duration) ns"),
      "warmupBatchSize": 1, "measurementIterations": .integer(times.sessions.map(\.rounds.count).max() ?? 0),
      "measurementTime": "0 ns", "measurementBatchSize": 1,
      "params": .object(parameters(of: variant).mapValues { .text($0) }), "primaryMetric": primary,
      "secondaryMetrics": .object(secondary(variant)),
    ]
  }

  private static func confidence(_ estimate: SessionTimes.Estimate?) -> JSONValue {
    guard let low = estimate?.low, let high = estimate?.high else { return ["NaN", "NaN"] }
    return [.number(low), .number(high)]
  }

  private static func secondary(_ variant: ExportedVariant) -> [String: JSONValue?] {
    let latency = variant.summary.latency
    var found: [String: JSONValue?] = [:]
    func add(_ name: String, _ value: Double, _ unit: String) {
      guard value.isFinite else { return }
      found[name] = [
        "score": .number(value), "scoreError": "NaN", "scoreConfidence": ["NaN", "NaN"],
        "scorePercentiles": percentiles(of: [value]), "scoreUnit": .text(unit), "rawData": [[.number(value)]],
      ]
    }
    let ofRun = variant.counted == 1 ? "ns/op" : "ns/\(variant.counted) ops"
    for percentile in latency.supported {
      let digits = String(percentile.rawValue.dropFirst())
      add("·p0.\(digits)", Double(latency[percentile].wholeNanoseconds), ofRun)
    }
    for one in ExportNames.metrics(of: variant, style, named: { style.part($0.name) }) {
      let unit = one.metric.unit == .nanoseconds ? "ns" : one.metric.unit == .bytes ? "B" : "count"
      add("·\(one.name)", one.value, one.metric.isWhole ? unit : "\(unit)/op")
    }
    return found
  }

  /// Percentiles of sorted rounds, by JMH's rule: Hyndman and Fan's type 6, as in Apache Commons Math.
  private static func percentiles(of sorted: [Double]) -> JSONValue {
    let wanted = [
      ("0.0", 0.0), ("50.0", 50), ("90.0", 90), ("95.0", 95), ("99.0", 99), ("99.9", 99.9), ("99.99", 99.99),
      ("99.999", 99.999), ("99.9999", 99.9999), ("100.0", 100),
    ]
    return .object(
      Dictionary(
        wanted.map { ($0, percentile($1, of: sorted)) }, uniquingKeysWith: { first, _ in first }))
  }

  private static func percentile(_ percent: Double, of sorted: [Double]) -> JSONValue? {
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let position = percent / 100 * Double(sorted.count + 1)
    let below = Int(position)
    guard below >= 1 else { return .number(first) }
    guard below < sorted.count else { return .number(last) }
    return .number(sorted[below - 1] + (position - Double(below)) * (sorted[below] - sorted[below - 1]))
  }
}
