package import PGReporting
import PGSystem

/// Hands a report over: to the terminal, to its two files, and to GitHub.
///
/// Each on its own, so that what one of them refuses the others still have. What could not be handed over is
/// kept in words, and nothing counts as written that was not.
package struct ReportDelivery: Sendable {
  /// What could not be delivered, and what to do about it, a sentence or two each.
  package private(set) var failures: [String] = []
  /// The files that were written.
  package private(set) var written: [String] = []

  private let json: String
  private let markdown: String
  private let advice: String

  /// - Parameter name: The files' name without its extension.
  /// - Parameter option: What names another folder, such as a variable.
  package init(folder: String, name: String, option: String) {
    json = "\(folder)/\(name).json"
    markdown = "\(folder)/\(name).md"
    advice = "Free the path, or name another folder for reports with \(option)."
  }

  /// Finds out whether both files could be written.
  ///
  /// - Throws: What a person reads of it, with what to do.
  package func probe() throws(Failure) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.probe(json)
      try AtomicFile.probe(markdown)
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

  /// Writes both files.
  ///
  /// - Parameter text: The report in Markdown.
  package mutating func write(_ report: BenchmarkReport, markdown text: String) {
    deliver("The report in Markdown", to: markdown) { text }
    deliver("The report in JSON", to: json) { try JSONReportWriter().text(report) }
  }

  /// Adds the report in Markdown to the summary of GitHub's job.
  package mutating func summarise(_ text: String, for gitHub: GitHubActions) {
    do {
      try gitHub.addSummary(text, whole: markdown)
    } catch {
      failures.append("The job's summary could not be written: \(error)")
    }
  }

  /// Notes something else that could not be delivered.
  package mutating func fail(_ sentence: String) { failures.append(sentence) }

  private mutating func deliver(_ what: String, to path: String, _ text: () throws -> String) {
    do {
      try AtomicFile.write(try text(), to: path)
      written.append(path)
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
