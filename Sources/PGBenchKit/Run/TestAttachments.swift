import PGReporting
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a test's cases came to, as attachments of Swift Testing: for Xcode, and for `--attachments-path`.
///
/// A page, a picture of each chart, and of cases whose gates failed the samples as well. They belong to the
/// test, for the report of the run is written when Swift Testing has ended.
struct TestAttachments {
  /// Whether anything keeps attachments; else Swift Testing only says of each that there is one.
  static let areWanted =
    CommandLine.arguments.contains { $0.hasPrefix("--attachments-path") }
    || ProcessInfo.processInfo.environment.keys.contains { $0.hasPrefix("XCTest") }

  /// A file whose text is put together when Swift Testing asks for it: without a place to keep it, none does.
  struct File: Attachable, Sendable {
    let name: String
    let text: @Sendable () throws -> String

    func withUnsafeBytes<Answer>(
      for attachment: borrowing Attachment<File>, _ body: (UnsafeRawBufferPointer) throws -> Answer
    ) throws -> Answer {
      try Array(text().utf8).withUnsafeBytes(body)
    }
  }

  /// The files, each with a name of its own.
  let files: [File]

  /// - Parameter test: What the test is called.
  /// - Parameter report: Its cases, with what they were measured on.
  init(of test: String, _ report: BenchmarkReport) {
    let name = Chart.slug(test)
    let document = ReportDocument(report)
    var files = [
      File(name: "\(name).html") { HTMLRenderer().text(document, title: test) }
    ]
    files += document.charts.map { chart in File(name: "\(chart.name).svg") { chart.file() } }
    let failed = report.cases.filter { one in
      one.gates.contains { $0.verdict == .regressed || $0.verdict == .suspect }
    }
    if !failed.isEmpty {
      let samples = BenchmarkReport(environment: report.environment, cases: failed)
      files.append(File(name: "\(name).json") { try JSONReportWriter().text(samples) })
    }
    self.files = files
  }

  /// Attaches them to the test that is running.
  func record(sourceLocation: SourceLocation) {
    for file in files { Attachment.record(file, named: file.name, sourceLocation: sourceLocation) }
  }
}
