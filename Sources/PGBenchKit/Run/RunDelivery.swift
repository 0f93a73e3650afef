import PGBenchHost
import PGMeasuring
import PGReporting
import PGSystem
import PGVerdicts

/// Hands over what a run came to: its report, and the baseline that it is saved as.
struct RunDelivery {
  private var delivery: ReportDelivery
  private var baseline: String?
  private let settings: RunSettings

  init(_ settings: RunSettings) {
    self.settings = settings
    delivery = ReportDelivery(
      folder: settings.reportFolder, name: "benchmark_report", option: "PGBENCH_REPORT_DIR")
  }

  /// What could not be delivered, and what to do about it.
  var failures: [String] { delivery.failures }

  private static let baselineAdvice = "Free the path, or name another folder with PGBENCH_BASELINE_DIR."

  /// Finds out whether all that was asked for could be written.
  func probe() throws(BenchmarkError) {
    do throws(ReportDelivery.Failure) {
      try delivery.probe()
    } catch {
      throw BenchmarkError("The reports could not be written: \(error)")
    }
    guard let saved = settings.savedBaseline else { return }
    do throws(AtomicFile.Failure) {
      try AtomicFile.probe(saved.file.path)
    } catch {
      throw BenchmarkError("The baseline could not be saved: \(error) \(Self.baselineAdvice)")
    }
  }

  /// Writes the files, but the pictures, while the run goes on.
  mutating func write(_ report: BenchmarkReport) {
    delivery.write(report, ReportDocument(report), title: Self.title, isWhole: false)
  }

  private static let title = "Benchmark report"

  /// Prints the tables, writes the files, and adds the report to the job's summary.
  mutating func deliver(_ report: BenchmarkReport, for gitHub: GitHubActions?) {
    let document = ReportDocument(report)
    let width = TerminalWidth.ofThisProcess() ?? TerminalRenderer.usualWidth
    delivery.show("\n\(TerminalRenderer(width: width).text(document))\n")
    delivery.write(report, document, title: Self.title)
    if let gitHub { delivery.summarise(document, for: gitHub) }
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
      delivery.fail(
        "The baseline \(saved.file.path) was not saved: a gate failed, and the next run is to be held "
          + "against the same figures. To accept the new ones, save them without PGBENCH_BASELINE.")
      return
    }
    guard isComplete, let baselines, let here, !cases.isEmpty else {
      let reason = isComplete ? "no case was measured" : "the run is incomplete"
      delivery.fail("The baseline \(saved.file.path) was not saved: \(reason).")
      return
    }
    do throws(BaselineError) {
      baseline = try baselines.save(cases, here: here)
    } catch {
      delivery.fail("The baseline \(saved.file.path) was not saved: \(error) \(Self.baselineAdvice)")
    }
  }

  /// Says where things are, and what is not.
  func announce() {
    if !delivery.written.isEmpty {
      Console.standardOutput("Reports: \(delivery.written.joined(separator: ", "))\n")
    }
    if let baseline { Console.standardOutput("Baseline: \(baseline)\n") }
    for failure in failures { Console.standardError("error: \(failure)\n") }
    if !failures.isEmpty {
      Console.standardError("The run fails, for not all that was asked for could be delivered.\n")
    }
  }
}

/// The stored baselines of a run: the one that it is held against, and the one that it is saved as.
struct RunBaselines: Sendable {
  private let settings: RunSettings
  /// The one that the run is held against; nil if none was named.
  let stored: Baseline?

  /// Reads the baseline that was named, and checks that the one to be saved can be.
  ///
  /// - Parameter here: What this run is measured on.
  init(_ settings: RunSettings, here: Fingerprint) throws(BenchmarkError) {
    self.settings = settings
    do throws(BaselineError) {
      stored = try settings.baseline?.file.read()
      if let saved = settings.savedBaseline?.file, saved.exists {
        _ = try saved.read().adding(Baseline(fingerprint: here, cases: []))
      }
    } catch {
      throw BenchmarkError(error.description)
    }
    guard settings.savedBaseline == nil || BuildMode.isOptimised else {
      throw BenchmarkError(
        "An unoptimised build can't be saved as a baseline: run `swift test -c release` with "
          + "PGBENCH_SAVE_BASELINE."
      )
    }
  }

  /// What gates are held against.
  func source(here: Fingerprint) -> GateDecision.BaselineSource {
    stored.map { .stored($0, here: here) } ?? .none
  }

  /// How a case has changed; nil if no baseline was named.
  func comparison(
    of identity: CaseIdentity, samples: SampleSet, here: Fingerprint
  ) -> BaselineComparison? {
    guard let stored, let name = settings.baseline?.name else { return nil }
    return BaselineComparison(name: name, stored, of: identity, samples: samples, here: here)
  }

  /// Saves what was measured, beside the cases of the file that were not.
  ///
  /// - Returns: The path; nil if nothing was to be saved.
  func save(_ cases: [BaselineCase], here: Fingerprint) throws(BaselineError) -> String? {
    guard let file = settings.savedBaseline?.file else { return nil }
    var baseline = Baseline(fingerprint: here, cases: cases)
    if file.exists { baseline = try file.read().adding(baseline) }
    try file.write(baseline)
    return file.path
  }
}
