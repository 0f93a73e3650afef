import PGMeasuring
import PGStatistics

/// A variant of a case as an export shows it.
struct ExportedVariant {
  /// Its name, which no other variant of the report has.
  let name: String
  /// The case's name, which the case's variants share and no other case has.
  let caseName: String
  /// The case.
  let report: CaseReport
  /// The variant's figures.
  let summary: VariantSummary
  /// Its times, session by session.
  let times: SessionTimes

  /// Nanoseconds for each operation, with its interval where there are two sessions at least.
  var time: SessionTimes.Estimate? {
    if let estimate = times.estimate(confidence: 0.95) { return estimate }
    let mean = times.mean ?? 1e9 / summary.operationsPerSecond
    return mean.isFinite && mean > 0 ? .init(value: mean, low: nil, high: nil) : nil
  }

  /// The comparison with the case's first variant, or with whatever it was compared with.
  var comparison: Comparison? {
    let own = report.comparisons.filter { $0.pair.variant == summary.variant }
    return own.first { $0.pair.reference == report.variants.first?.variant } ?? own.first
  }

  /// How many operations a run of the body counts as.
  var counted: Int { report.counted }

  /// Operations in a second of a session: at a rate those of the whole case, for a session's times are how
  /// long operations took.
  func operationsPerSecond(in session: SessionTimes.Session) -> Double {
    report.rate == nil ? 1e9 / session.time : summary.operationsPerSecond
  }

  /// The client's CPU time for each operation, in nanoseconds; nil where it wasn't measured.
  var cpu: Double? { metrics.first { $0.metric == .clientCPU }?.value }

  /// The metrics that there are finite figures of, each for an operation, unless it is of the whole case.
  ///
  /// The report has them for a run of the body; times and rates of an export are of operations.
  var metrics: [(metric: Metric, value: Double)] {
    // In a loop, for Swift 6.3.1's optimiser crashes on the like with `flatMap` (CopyPropagation).
    var metrics: [(metric: Metric, value: Double)] = []
    for one in summary.metrics {
      guard let value = one.value, value.isFinite else { continue }
      metrics.append((one.metric, one.metric.isWhole ? value : value / Double(counted)))
    }
    return metrics
  }
}

/// What names of a format look like.
struct NameStyle: Sendable {
  /// What stands between the parts of a name.
  let separator: String
  /// Whether a character may be in a part; others become a low line.
  let allows: @Sendable (Unicode.Scalar) -> Bool
  /// How many bytes a whole name may have.
  var greatestLength = Int.max
  /// Whether names that differ in capitals only are the same, as names of files are on some systems.
  var ignoresCase = false

  /// All that is fit for a line of text.
  static let readable = NameStyle(separator: "/", allows: { _ in true })

  /// The letters and digits of any script, and some signs that neither a shell nor a page acts on.
  @Sendable static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || "_-.".unicodeScalars.contains(scalar)
  }

  /// ASCII's letters, digits and some signs.
  @Sendable static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && isWordCharacter(scalar)
  }

  /// A text as a part of a name: in one line, without what the format refuses, and not too long to read.
  func part(_ text: String) -> String {
    var part = String.UnicodeScalarView()
    let line = Printable.line(text).unicodeScalars
    for scalar in line.prefix(Self.greatestPart) { part.append(allows(scalar) ? scalar : "_") }
    if line.count > Self.greatestPart { part.append(allows("…") ? "…" : "_") }
    return part.isEmpty ? "_" : String(part)
  }

  private static let greatestPart = 80
}

/// What cases and variants are called in the files of other tools.
///
/// A name is made of suites, test, arguments, count, call and variant, so that a reader knows what it is, and
/// a tool finds the same variant in the next run. Where names come out alike, as two long ones that are cut,
/// each gets a checksum of all that it was made from, which the next run gives again.
enum ExportNames {
  /// The parts of a name before they are fit for a format: those of the case, and that of the variant.
  typealias Parts = (CaseReport) -> (parts: [String], variant: (Variant) -> String)

  /// The parts that most formats have.
  static func common(_ report: CaseReport) -> (parts: [String], variant: (Variant) -> String) {
    let arguments = report.arguments.map { argument in
      argument.name.map { "\($0)=\(argument.value)" } ?? argument.value
    }
    let call = report.call == 1 ? [] : ["call \(report.call)"]
    return (
      report.suites + [report.test] + arguments + ["\(report.operations)"] + call, { $0.name }
    )
  }

  /// The variants of all cases in the report's order.
  static func variants(
    of report: BenchmarkReport, _ style: NameStyle = .readable, parts: Parts = common
  ) -> [ExportedVariant] {
    let named = report.cases.map { parts($0) }
    let caseNames = unique(
      zip(report.cases, named).map { one, named in
        (named.parts.map(style.part).joined(separator: style.separator), key(of: one))
      }, style)
    let all = zip(zip(report.cases, named), caseNames).flatMap { pair, caseName in
      pair.0.variants.map { summary in
        (
          report: pair.0, summary: summary, caseName: caseName,
          name: caseName + style.separator + style.part(pair.1.variant(summary.variant))
        )
      }
    }
    let names = unique(
      all.map { ($0.name, key(of: $0.report) + [$0.summary.variant.name]) }, style)
    return zip(all, names).map { one, name in
      ExportedVariant(
        name: name, caseName: one.caseName, report: one.report, summary: one.summary,
        times: SessionTimes(of: one.summary.variant, in: one.report))
    }
  }

  /// The metrics of a variant with names that a format's style leaves different.
  static func metrics(
    of variant: ExportedVariant, _ style: NameStyle, named name: (Metric) -> String
  ) -> [(name: String, metric: Metric, value: Double)] {
    let metrics = variant.metrics
    let names = unique(metrics.map { (name($0.metric), [$0.metric.name, $0.metric.unit.rawValue]) }, style)
    return zip(names, metrics).map { ($0, $1.metric, $1.value) }
  }

  /// Tells alike names apart.
  static func unique(_ names: [(name: String, key: [String])], _ style: NameStyle) -> [String] {
    func compared(_ name: String) -> String { style.ignoresCase ? name.lowercased() : name }
    var counts: [String: Int] = [:]
    for one in names { counts[compared(one.name), default: 0] += 1 }
    var taken: Set<String> = []
    return names.map { one in
      var name = one.name
      if counts[compared(name), default: 0] > 1 || name.utf8.count > style.greatestLength {
        name = cut(name, to: style.greatestLength) + "_" + checksum(of: one.key)
      }
      // Only what is the same in everything comes here, or is called like another's checksum.
      let first = name
      var number = 2
      while !taken.insert(compared(name)).inserted {
        name = "\(first)_\(number)"
        number += 1
      }
      return name
    }
  }

  /// Without the room that a checksum and a number take.
  private static func cut(_ name: String, to length: Int) -> String {
    guard name.utf8.count > length - room else { return name }
    var kept = name[...]
    while kept.utf8.count > max(0, length - room) { kept = kept.dropLast() }
    return String(kept)
  }

  private static let room = 20

  /// All that tells a case from others.
  private static func key(of report: CaseReport) -> [String] {
    report.suites + ["", report.test, report.function ?? ""]
      + report.arguments.flatMap { [$0.name ?? "", $0.value] } + ["\(report.operations)", "\(report.call)"]
  }

  /// Eight digits of the texts: FNV-1a (Fowler, Noll and Vo), 64 bits folded to 32.
  private static func checksum(of texts: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for text in texts {
      // 0xFF, which no UTF-8 has, ends a text.
      for byte in Array(text.utf8) + [0xFF] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    let digits = String(UInt32(truncatingIfNeeded: hash ^ (hash >> 32)), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
