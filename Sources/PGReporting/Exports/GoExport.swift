import PGMeasuring
import PGStatistics

/// Go's benchmark text, for `benchstat`: a line for each session.
///
/// Format: golang/proposal, design/14313-benchmark-format.md; `Unit` lines: golang.org/x/perf/benchfmt. Names
/// are `BenchmarkSuite/test=…/argument=…/operations=…/variant=…-CPUs`, so that `benchstat -col /variant` sets
/// the variants side by side. benchstat wants ten lines of a name, which ten sessions give; its intervals
/// know nothing of rounds that ran side by side, and are wider than the report's. What is counted is in a
/// line of its own, for the report has a figure of all sessions together.
package enum GoExport: ReportExport {
  package static let name = "go"
  package static let fileExtension = "txt"

  package static func text(_ report: BenchmarkReport) throws -> String {
    let environment = report.environment
    // benchstat sets side by side only runs whose configuration is the same, so that what may differ from run
    // to run is in comments: it reads no line that begins like this.
    let facts: [(String, String?)] = [
      ("cpu", environment.cpu), ("# os", environment.operatingSystem), ("# kernel", environment.kernel),
      ("# postgresql", environment.serverVersion), ("# libpq", environment.libpqVersion),
      ("# commit", environment.commit), ("# profile", environment.profile),
      ("# toolchain", environment.toolchain), ("# started", environment.startedAt),
    ]
    var lines = facts.compactMap { key, value in value.map { "\(key): \(Printable.line($0))" } }
    lines.append("")
    let variants = ExportNames.variants(of: report, style, parts: parts)
    let counted = variants.map { ($0, counts(of: $0)) }
    lines += ["Unit ns/op better=lower", "Unit ops/s better=higher"]
    // A metric of a test's own may be better when it is higher, so nothing is said of that.
    for unit in counted.flatMap({ $0.1.map(\.unit) }).uniqued { lines.append("Unit \(unit) assume=exact") }
    lines.append("")
    for (variant, counts) in counted {
      let name = "Benchmark\(variant.name)-\(max(1, environment.cores))"
      for session in variant.times.sessions {
        let rate = variant.operationsPerSecond(in: session)
        let rates = rate.isFinite ? " \(rate) ops/s" : ""
        lines.append("\(name) \(session.operations) \(session.time) ns/op\(rates)")
      }
      guard !counts.isEmpty else { continue }
      let values = counts.map { "\($0.value) \($0.unit)" }
      lines.append("\(name) \(max(1, variant.summary.latency.count)) \(values.joined(separator: " "))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Figures that are counted, such as `6.0 allocations/op`.
  private static func counts(of variant: ExportedVariant) -> [(value: Double, unit: String)] {
    // Of a metric of a test's own that is called like a time or a rate, the format has no room.
    ExportNames.metrics(of: variant, unitStyle, named: { unitStyle.part($0.name) }).compactMap { one in
      let unit = one.metric.isWhole ? one.name : "\(one.name)/op"
      return one.metric.isCounted && !["ns/op", "ops/s"].contains(unit) ? (one.value, unit) : nil
    }
  }

  private static let unitStyle = NameStyle(separator: "-", allows: NameStyle.isPlain)

  /// Neither a slash, which parts a name, nor a space, which ends it.
  private static let style = NameStyle(
    separator: "/", allows: { NameStyle.isWordCharacter($0) || "=:,+%()".unicodeScalars.contains($0) })

  private static func parts(_ report: CaseReport) -> (parts: [String], variant: (Variant) -> String) {
    let arguments = report.arguments.enumerated().map { index, argument in
      "\(key(argument.name ?? "argument\(index + 1)"))=\(argument.value)"
    }
    let call = report.call == 1 ? [] : ["call=\(report.call)"]
    let suites = [capitalised(report.suites.first ?? report.test)] + report.suites.dropFirst()
    return (
      suites + ["test=\(report.test)"] + arguments + ["operations=\(report.operations)"] + call,
      { "variant=\($0.name)" }
    )
  }

  /// The key of `key=value`, which ends at the first equals sign.
  private static func key(_ name: String) -> String { unitStyle.part(name) }

  /// A word that may follow `Benchmark`: with a capital letter, as the parser wants it.
  private static func capitalised(_ text: String) -> String {
    let text = style.part(text)
    let first = text.prefix(1).uppercased()
    let isCapital = first.unicodeScalars.first?.properties.isUppercase ?? false
    return isCapital ? first + text.dropFirst() : "Suite_" + text
  }
}
