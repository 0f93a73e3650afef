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
    let bytes = Self.joiningNumberArrays(Array(try encoder.encode(report)))
    return String(decoding: bytes, as: UTF8.self) + "\n"
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

  /// Takes the line breaks out of arrays that hold nothing but numbers; text in strings is left alone.
  private static func joiningNumberArrays(_ json: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(json.count)
    var index = 0
    var inString = false
    while index < json.count {
      let byte = json[index]
      if inString, byte == UInt8(ascii: "\\"), index + 1 < json.count {
        result.append(byte)
        index += 1
      } else if byte == UInt8(ascii: "\"") {
        inString.toggle()
      } else if !inString, byte == UInt8(ascii: "["), let end = endOfNumberArray(json, from: index) {
        for byte in json[index...end] where !isSpace(byte) {
          result.append(byte)
          if byte == UInt8(ascii: ",") { result.append(UInt8(ascii: " ")) }
        }
        index = end + 1
        continue
      }
      result.append(json[index])
      index += 1
    }
    return result
  }

  private static func endOfNumberArray(_ json: [UInt8], from start: Int) -> Int? {
    var index = start + 1
    while index < json.count, isSpace(json[index]) || isPartOfNumber(json[index]) { index += 1 }
    return index < json.count && json[index] == UInt8(ascii: "]") ? index : nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
  }

  private static func isPartOfNumber(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")
      || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
  }
}
