import PGDriver

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a run tells GitHub Actions, when it runs there: an annotation for each gate, and a summary
/// of the job.
///
/// GitHub's documentation, "Workflow commands for GitHub Actions".
package struct GitHubActions: Sendable {
  private let summaryFile: String?
  private let workspace: String

  /// Nil unless the environment is that of GitHub Actions.
  package init?(environment: [String: String]) {
    guard environment["GITHUB_ACTIONS"] == "true" else { return nil }
    summaryFile = environment["GITHUB_STEP_SUMMARY"].flatMap { $0.isEmpty ? nil : $0 }
    workspace = environment["GITHUB_WORKSPACE"] ?? ""
  }

  /// The command that marks a line of a source file, such as
  /// `::error file=Tests/A.swift,line=3,title=T::message`.
  ///
  /// - Parameter path: Made relative to the workspace, as GitHub wants it.
  package func annotation(isError: Bool, path: String, line: Int, title: String, message: String) -> String {
    let file = path.hasPrefix(workspace + "/") ? String(path.dropFirst(workspace.count + 1)) : path
    return "::\(isError ? "error" : "warning") file=\(Self.property(file)),line=\(line),"
      + "title=\(Self.property(title))::\(Self.data(message))"
  }

  /// Adds a report to the job's summary; what is longer than GitHub takes is cut at a line.
  ///
  /// - Parameter whole: The file that holds the whole report.
  /// - Throws: the file system's error.
  package func addSummary(_ markdown: String, whole: String) throws {
    guard let summaryFile else { return }
    // What the step has written there stays, byte by byte, whatever it is.
    let file = URL(filePath: summaryFile)
    let before = FileManager.default.fileExists(atPath: summaryFile) ? try Data(contentsOf: file) : Data()
    let room = max(0, Self.greatestSummary - before.count)
    var text = markdown
    if text.utf8.count > room {
      let notice = "\n\n*Cut short: the whole report is in \(whole).*\n"
      let head = text.utf8.prefix(max(0, room - notice.utf8.count))
      text = String(decoding: head, as: UTF8.self)
      if let end = text.lastIndex(of: "\n") { text = String(text[..<end]) }
      text += notice
    }
    try (before + Data(text.utf8)).write(to: file)
  }

  /// The greatest summary that GitHub takes of a step, 1 MiB.
  private static let greatestSummary = 1 << 20

  /// How long a report may be that leaves room in the summary for what else the step writes there.
  static let roomOfReport = 900_000

  private static func data(_ text: String) -> String { text.replacing(scalars: escapes) }

  private static func property(_ text: String) -> String {
    text.replacing(scalars: escapes.merging([":": "%3A", ",": "%2C"]) { $1 })
  }

  private static let escapes: [Unicode.Scalar: String] = ["%": "%25", "\r": "%0D", "\n": "%0A"]
}
