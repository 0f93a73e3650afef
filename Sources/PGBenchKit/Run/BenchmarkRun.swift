import PGBenchCore
import PGDriver

/// Everything that the benchmarks of this process share: the settings, the progress, and the cases that are done.
///
/// The reports are written when the process ends, by which time Swift Testing has printed its summary.
final class BenchmarkRun: Sendable {
  static let shared = BenchmarkRun(environment: CallersEnvironment.current())

  private struct State {
    var cases: [CaseReport] = []
    var warnings: [String] = []
    var server: ServerInfo?
    var kitCost: ReportEnvironment.KitCost?
    var isRegistered = false
    var lastWrite = 0
  }

  let settings: Result<RunSettings, BenchmarkError>
  let progress = Progress()
  private let state = Lock(State())
  private let startedAt = EnvironmentProbe.timestamp()

  init(environment: [String: String]) {
    settings = Result { () throws(BenchmarkError) in try RunSettings(environment: environment) }
  }

  /// Keeps the report of a case that is done.
  ///
  /// The files are written now and then as well, so that a run that is killed leaves what it had measured.
  func record(_ report: CaseReport, on server: ServerInfo, kitCost: ReportEnvironment.KitCost?) {
    let isDue = state.withLock { state in
      if !state.isRegistered {
        state.isRegistered = true
        _ = ExitCleanup.register { BenchmarkRun.shared.close() }
      }
      state.cases.append(report)
      state.server = server
      state.kitCost = kitCost
      let now = MonotonicClock.now()
      guard now - state.lastWrite > 10_000_000_000 else { return false }
      state.lastWrite = now
      return true
    }
    if isDue { writeFiles() }
  }

  /// Keeps a sentence that a reader of the report should know first.
  func warn(_ warning: String) {
    state.withLock { state in
      if !state.warnings.contains(warning) { state.warnings.append(warning) }
    }
  }

  /// Prints the tables and writes the files.
  private func close() {
    guard let report = report() else { return }
    Console.standardOutput("\n" + TableWriter().text(report) + "\n")
    writeFiles()
    if let folder = try? settings.get().reportFolder {
      Console.standardOutput("Reports: \(folder)/benchmark_report.md and \(folder)/benchmark_report.json\n")
    }
  }

  private func writeFiles() {
    guard let report = report(), let folder = try? settings.get().reportFolder else { return }
    do {
      try AtomicFile.write(try JSONReportWriter().text(report), to: "\(folder)/benchmark_report.json")
      try AtomicFile.write(MarkdownReportWriter().text(report), to: "\(folder)/benchmark_report.md")
    } catch {
      Console.standardError("The reports could not be written. \(error)\n")
    }
  }

  private func report() -> BenchmarkReport? {
    guard let settings = try? settings.get() else { return nil }
    let (cases, warnings, server, kitCost) = state.withLock {
      ($0.cases, $0.warnings, $0.server, $0.kitCost)
    }
    guard !cases.isEmpty else { return nil }
    // Suites run in any order; two reports should be read side by side.
    let ordered = cases.sorted { ($0.suite, $0.test, $0.operations) < ($1.suite, $1.test, $1.operations) }
    return BenchmarkReport(
      environment: EnvironmentProbe.environment(
        settings: settings, server: server, cases: cases, startedAt: startedAt, kitCost: kitCost),
      cases: ordered, warnings: warnings)
  }
}
