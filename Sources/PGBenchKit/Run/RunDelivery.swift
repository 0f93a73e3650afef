import PGBenchHost
import PGReporting
import PGSystem
import PGVerdicts

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Hands over what a run came to: to the terminal, to the report's files, to GitHub, and to the baseline.
///
/// Each on its own, so that what one of them refuses the others still have. What could not be handed over is
/// kept in words, and nothing is announced that was not written.
struct RunDelivery {
  /// What could not be delivered, and what to do about it.
  private(set) var failures: [String] = []
  private(set) var written: [String] = []
  private var baseline: String?
  private let settings: RunSettings

  init(_ settings: RunSettings) { self.settings = settings }

  private var reports: (json: String, markdown: String) {
    ("\(settings.reportFolder)/benchmark_report.json", "\(settings.reportFolder)/benchmark_report.md")
  }

  private static let reportAdvice =
    "Free the path, or name another folder for reports with PGBENCH_REPORT_DIR."
  private static let baselineAdvice = "Free the path, or name another folder with PGBENCH_BASELINE_DIR."

  /// Finds out whether all that was asked for could be written.
  func probe() throws(BenchmarkError) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.probe(reports.json)
      try AtomicFile.probe(reports.markdown)
    } catch {
      throw BenchmarkError("The reports could not be written: \(error) \(Self.reportAdvice)")
    }
    guard let saved = settings.savedBaseline else { return }
    do throws(AtomicFile.Failure) {
      try AtomicFile.probe(saved.file.path)
    } catch {
      throw BenchmarkError("The baseline could not be saved: \(error) \(Self.baselineAdvice)")
    }
  }

  /// Prints the tables.
  mutating func show(_ report: BenchmarkReport) {
    let text = TableWriter(width: TerminalWidth.ofThisProcess() ?? .max).text(report)
    guard let failure = Console.standardOutput("\n\(text)\n"), !failure.isOfReader else { return }
    failures.append("The tables: \(failure)")
  }

  /// Writes both files.
  mutating func write(_ report: BenchmarkReport) {
    deliver("The report in Markdown", to: reports.markdown) { MarkdownReportWriter().text(report) }
    deliver("The report in JSON", to: reports.json) { try JSONReportWriter().text(report) }
  }

  /// Adds the report to the job's summary.
  mutating func summarise(_ report: BenchmarkReport, for gitHub: GitHubActions?) {
    do {
      try gitHub?.addSummary(MarkdownReportWriter().text(report))
    } catch {
      failures.append("The job's summary could not be written: \(error)")
    }
  }

  /// Saves the baseline, if one was asked for.
  ///
  /// - Parameter hasRegressed: Whether a gate has failed; then the baseline that it was held against is not
  ///   replaced, or the same code would pass in the next run.
  mutating func save(
    _ cases: [BaselineCase], in baselines: RunBaselines?, here: Fingerprint?, isComplete: Bool,
    hasRegressed: Bool
  ) {
    guard let saved = settings.savedBaseline else { return }
    guard !hasRegressed || settings.baseline?.file.path != saved.file.path else {
      failures.append(
        "The baseline \(saved.file.path) was not saved: a gate failed, and the next run is to be held against the same "
          + "figures. To accept the new ones, save them without PGBENCH_BASELINE.")
      return
    }
    guard isComplete, let baselines, let here, !cases.isEmpty else {
      let reason = isComplete ? "no case was measured" : "the run is incomplete"
      failures.append("The baseline \(saved.file.path) was not saved: \(reason).")
      return
    }
    do throws(BaselineError) {
      baseline = try baselines.save(cases, here: here)
    } catch {
      failures.append("The baseline \(saved.file.path) was not saved: \(error) \(Self.baselineAdvice)")
    }
  }

  /// Says where things are, and what is not.
  func announce() {
    if !written.isEmpty { Console.standardOutput("Reports: \(written.joined(separator: " and "))\n") }
    if let baseline { Console.standardOutput("Baseline: \(baseline)\n") }
    for failure in failures { Console.standardError("error: \(failure)\n") }
    if !failures.isEmpty {
      Console.standardError("The run fails, for not all that was asked for could be delivered.\n")
    }
  }

  private mutating func deliver(_ what: String, to path: String, _ text: () throws -> String) {
    do {
      try AtomicFile.write(try text(), to: path)
      written.append(path)
    } catch let failure as AtomicFile.Failure {
      failures.append("\(what) could not be written: \(failure) \(Self.reportAdvice)")
    } catch {
      failures.append("\(what) could not be written: \(Self.reason(error))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard case EncodingError.invalidValue(let value, let context) = error else { return "\(error)" }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(
      separator: ".")
    return "JSON has no \(value), which is at \(path)."
  }
}
