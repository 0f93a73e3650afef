/// A form of a report that another tool reads.
///
/// A new one is a type in a file of its own, and a line in `ReportExports.all`.
package protocol ReportExport: SendableMetatype {
  /// What a user calls it, such as `google-benchmark`.
  static var name: String { get }

  /// How its files end, without the dot.
  static var fileExtension: String { get }

  /// The report in this form.
  ///
  /// Figures that the report doesn't hold, or that are no finite numbers, are left out.
  static func text(_ report: BenchmarkReport) throws -> String

  /// The same as files, for a format that has room for one variant of one case only; otherwise a single one.
  static func files(_ report: BenchmarkReport) throws -> [ExportedFile]
}

extension ReportExport {
  package static func files(_ report: BenchmarkReport) throws -> [ExportedFile] {
    [ExportedFile(name: fileName, text: try text(report))]
  }

  /// What a file of the whole report is called, such as `benchmark_report.jmh.json`.
  package static var fileName: String {
    "benchmark_report.\(name == fileExtension ? "" : "\(name).")\(fileExtension)"
  }
}

/// A file of an export.
package struct ExportedFile: Sendable, Hashable {
  /// Its name, without a folder.
  package let name: String
  /// What is in it.
  package let text: String

  /// Names a file and what is in it.
  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// All forms of a report that other tools read.
package enum ReportExports {
  /// The exports, in the order in which they are listed.
  package static let all: [any ReportExport.Type] = [
    GoogleBenchmarkExport.self, GoExport.self, PytestBenchmarkExport.self, GitHubActionBenchmarkExport.self,
    BencherExport.self, JMHExport.self, HdrHistogramExport.self, OpenMetricsExport.self,
    ChromeTraceExport.self, CSVExport.self, StudyExport.self,
  ]

  /// The export of a name.
  package static func named(_ name: String) throws(UnknownExport) -> any ReportExport.Type {
    guard let export = all.first(where: { $0.name == name }) else {
      throw UnknownExport(name: name, known: all.map { $0.name })
    }
    return export
  }
}

/// A report was to be written in a form that there is not.
package struct UnknownExport: Error, Sendable, Hashable {
  /// What was asked for.
  package let name: String
  /// What there is.
  package let known: [String]
}

extension UnknownExport: CustomStringConvertible {
  /// What is wrong, and what there is.
  package var description: String {
    "No format is called \"\(name)\". There are \(known.joined(separator: ", "))."
  }
}
