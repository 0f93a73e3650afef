import PGMeasuring

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes and reads `benchmark_report.json`, as `docs/report-schema.md` describes it.
package struct JSONReportWriter: Sendable {
  /// Makes a writer.
  package init() {}

  /// The report as JSON: keys in alphabetical order, indented, each array of numbers on one line.
  package func text(_ report: BenchmarkReport) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let columns = NumberColumns()
    columns.areKept(by: encoder)
    var bytes = columns.put(into: Array(try encoder.encode(report)))
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads a report; throws a `DecodingError` for what is none, of another schema, or
  /// holds what no run gives (`ReportCheck`).
  package func report(from text: String) throws -> BenchmarkReport {
    let decoder = JSONDecoder()
    let data = Data(text.utf8)
    let version = try decoder.decode(VersionOnly.self, from: data).schemaVersion
    guard version == BenchmarkReport.currentSchemaVersion else {
      throw Self.refused(
        """
        The report has schema version \(version), and this version of PGBenchKit reads \
        \(BenchmarkReport.currentSchemaVersion): use the version that wrote it, or measure again.
        """)
    }
    let report = try decoder.decode(BenchmarkReport.self, from: data)
    if let fault = ReportCheck.fault(of: report) { throw Self.refused(fault) }
    return report
  }

  private static func refused(_ reason: String) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: reason))
  }

  private struct VersionOnly: Decodable {
    let schemaVersion: Int
  }
}
