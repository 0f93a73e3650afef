/// The layout of the study that the workloads come from, for what reads its `benchmark_report.json`.
///
/// `Study.init` says what becomes what, and `StudyFile` where the layout is from.
package enum StudyExport: ReportExport {
  package static let name = "study"
  package static let fileExtension = "json"

  package static func text(_ report: BenchmarkReport) throws -> String {
    try StudyFile.text(Study(report))
  }
}
