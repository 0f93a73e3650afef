import PGBenchHost
import PGMeasuring
import PGVerdicts

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
        "An unoptimised build can't be saved as a baseline: run `swift test -c release` with PGBENCH_SAVE_BASELINE."
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
