import PGMeasuring
import PGStatistics

/// Latencies as HdrHistogram's percentile distribution, `.hgrm`, which its plotter draws.
///
/// Format: HdrHistogram, AbstractHistogram.outputPercentileDistribution: value, percentile, how many values
/// lie at or below it, 1 ÷ (1 − percentile). Values are microseconds. The lines are those that the report
/// has: the least, the percentiles that the samples support, and the greatest; percentiles are exact, by
/// nearest rank, and their rank is the count.
///
/// A file has one distribution, so that each variant has a file of its own; the text has all of them, each
/// after a comment with its name.
package enum HdrHistogramExport: ReportExport {
  package static let name = "hgrm"
  package static let fileExtension = "hgrm"

  package static func text(_ report: BenchmarkReport) throws -> String {
    ExportNames.variants(of: report).map { heading($0) + distribution($0.summary.latency) }
      .joined(separator: "\n")
  }

  package static func files(_ report: BenchmarkReport) throws -> [ExportedFile] {
    ExportNames.variants(of: report, fileNames).map {
      // A name that begins with a dot would be hidden.
      let stem = $0.name.hasPrefix(".") ? "_" + $0.name : $0.name
      return ExportedFile(
        name: "\(stem).\(fileExtension)", text: heading($0) + distribution($0.summary.latency))
    }
  }

  private static func heading(_ variant: ExportedVariant) -> String {
    let ofRuns = variant.counted == 1 ? "" : ", of runs of \(variant.counted) operations each"
    return "# \(variant.name), in µs\(ofRuns)\n"
  }

  /// File systems take names of 255 bytes.
  private static let fileNames = NameStyle(
    separator: ".", allows: NameStyle.isPlain, greatestLength: 200, ignoresCase: true)

  private static func distribution(_ latency: LatencySummary) -> String {
    var lines = [line(["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]), ""]
    let count = max(0, latency.count)
    lines.append(line([microseconds(latency.min), "0.000000000000", "1", "1.00"]))
    for percentile in latency.supported {
      let permille = percentile.permille
      // 1 ÷ (1 − p) in hundredths, which is a whole number for each of them.
      let inverse = 100_000 / (1000 - permille)
      let rank = min(percentile.rank(of: min(count, Int.max / 2000)) + 1, max(1, count))
      lines.append(
        line([
          microseconds(latency[percentile]), "0.\(padded(permille, 3))000000000", "\(rank)",
          "\(inverse / 100).\(padded(inverse % 100, 2))",
        ]))
    }
    lines.append(line([microseconds(latency.max), "1.000000000000", "\(count)"]))
    lines += [
      "#[Mean    = \(right(microseconds(latency.mean))), "
        + "StdDeviation   = \(right(microseconds(latency.standardDeviation)))]",
      "#[Max     = \(right(microseconds(latency.max))), Total count    = \(right("\(count)"))]",
      // Of the values themselves, not of buckets.
      "#[Buckets = \(right("0")), SubBuckets     = \(right("0"))]",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ cells: [String]) -> String {
    zip(cells, [12, 14, 10, 14]).map { right($0, $1) }.joined(separator: " ")
  }

  private static func right(_ text: String, _ width: Int = 12) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Nanoseconds as microseconds with three decimals, so that nothing is rounded.
  private static func microseconds(_ duration: Duration) -> String {
    let nanoseconds = duration.wholeNanoseconds
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
    return "\(nanoseconds < 0 ? "-" : "")\(whole).\(padded(Int(rest), 3))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
