package import PGReporting
import PGSystem

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Hands a report over: to the terminal, to its files, and to GitHub.
///
/// Its files are JSON, Markdown and a page of HTML, beside a folder with a picture of each chart.
///
/// Each on its own, so that what one of them refuses the others still have. What could not be handed over is
/// kept in words, and nothing counts as written that was not.
package struct ReportDelivery: Sendable {
  /// What could not be delivered, and what to do about it, a sentence or two each.
  package private(set) var failures: [String] = []
  /// The files that were written.
  package private(set) var written: [String] = []

  private let folder: String
  private let json: String
  private let markdown: String
  private let page: String
  private let charts: String
  private let advice: String

  /// - Parameter name: The files' name without its extension.
  /// - Parameter charts: The name of the folder for the charts' files.
  /// - Parameter option: What names another folder, such as a variable.
  package init(folder: String, name: String, charts: String = "charts", option: String) {
    self.folder = folder
    self.charts = charts
    json = "\(folder)/\(name).json"
    markdown = "\(folder)/\(name).md"
    page = "\(folder)/\(name).html"
    advice = "Free the path, or name another folder for reports with \(option)."
  }

  /// Finds out whether the files could be written.
  ///
  /// - Throws: What a person reads of it, with what to do.
  package func probe() throws(Failure) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.probe(json)
      try AtomicFile.probe(markdown)
      try AtomicFile.probe(page)
    } catch {
      throw Failure(description: "\(error) \(advice)")
    }
  }

  /// Why the files can't be written.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Prints the tables; a reader that has gone, as of `… | head`, has what it wanted.
  package mutating func show(_ text: String) {
    guard let failure = Console.standardOutput(text), !failure.isOfReader else { return }
    failures.append("The tables: \(failure)")
  }

  /// Writes the files.
  ///
  /// - Parameter document: What the report says.
  /// - Parameter title: What the page is called.
  /// - Parameter isWhole: Whether the charts' files are written as well, which a run that goes on has no need
  ///   of.
  package mutating func write(
    _ report: BenchmarkReport, _ document: ReportDocument, title: String, isWhole: Bool = true
  ) {
    let charts = document.charts
    let folderOfCharts = isWhole ? self.charts : nil
    deliver("The report as a page", to: page) {
      HTMLRenderer(charts: folderOfCharts).text(document, title: title)
    }
    deliver("The report in Markdown", to: markdown) {
      MarkdownRenderer(charts: folderOfCharts).text(document)
    }
    deliver("The report in JSON", to: json) { try JSONReportWriter().text(report) }
    guard isWhole else { return }
    removeCharts(but: Set(charts.map(\.name)))
    for chart in charts {
      deliver("A chart", to: "\(folder)/\(self.charts)/\(chart.name).svg", isTold: false) { chart.file() }
    }
  }

  /// Removes the charts of an earlier run, which would be taken for this one's.
  ///
  /// A file is a chart's if it says so in its first line of SVG; what else is in the folder stays.
  private func removeCharts(but names: Set<String>) {
    let folder = "\(self.folder)/\(charts)"
    for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard file.hasSuffix(".svg") else { continue }
      let (name, path) = (String(file.dropLast(4)), "\(folder)/\(file)")
      guard !names.contains(name), let bytes = try? BoundedFile.bytes(of: path, mustBeRegular: true),
        Chart.isFile(bytes, named: name)
      else { continue }
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// Adds the report in Markdown to the summary of GitHub's job, as much of it as GitHub takes.
  package mutating func summarise(_ document: ReportDocument, for gitHub: GitHubActions) {
    do {
      let text = MarkdownRenderer().text(document, atMost: GitHubActions.roomOfReport, whole: markdown)
      try gitHub.addSummary(text, whole: markdown)
    } catch {
      failures.append("The job's summary could not be written: \(error)")
    }
  }

  /// Notes something else that could not be delivered.
  package mutating func fail(_ sentence: String) { failures.append(sentence) }

  /// - Parameter isTold: Whether the file is told of among those that were written.
  private mutating func deliver(
    _ what: String, to path: String, isTold: Bool = true, _ text: () throws -> String
  ) {
    do {
      try AtomicFile.write(try text(), to: path)
      if isTold { written.append(path) }
    } catch let failure as AtomicFile.Failure {
      failures.append("\(what) could not be written: \(failure) \(advice)")
    } catch {
      failures.append("\(what) could not be written: \(Self.reason(error))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard case EncodingError.invalidValue(let value, let context) = error else { return "\(error)" }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return "JSON has no \(value), which is at \(path.joined(separator: "."))."
  }
}
