import ArgumentParser
import PGMeasuring
import PGReporting
import PGSystem

struct Report: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, markdown, json
  }

  static let configuration = CommandConfiguration(abstract: "Shows a report in another form.")

  @Argument(help: "A benchmark_report.json.", completion: .file(extensions: ["json"]))
  var file: String

  @Option(help: "The form.")
  var format = Format.table

  func run() throws {
    let report = try InputFile.read(file) { text in try JSONReportWriter().report(from: text) }
    let text =
      switch format {
      case .table: TableWriter(width: TerminalWidth.of(STDOUT_FILENO) ?? .max).text(report)
      case .markdown: MarkdownReportWriter().text(report)
      case .json: try JSONReportWriter().text(report)
      }
    try Output.write(text)
  }
}
