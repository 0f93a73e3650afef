import PGBenchCore
import PGBenchHost
import PGDriver
import Testing

/// The gates of a case: what they are decided by, and what becomes of what they find.
struct CaseGates: Sendable {
  /// A gate of one variant with its error rates, fixed before anything is measured.
  struct Entry: Sendable {
    let gate: Gate
    let rules: GateRules
  }

  let identity: CaseIdentity
  let entries: [Entry]
  let baseline: GateDecision.BaselineSource
  let tolerance: Tolerance
  let policy: GatePolicy
  let variants: [Variant]
  /// How the case is run alone.
  let command: String?

  /// The outcomes at a look at the samples.
  func outcomes(of samples: SampleSet, look: Look) -> [GateOutcome] {
    outcomes(entries, of: samples, look: look)
  }

  func outcomes(_ entries: [Entry], of samples: SampleSet, look: Look) -> [GateOutcome] {
    guard !entries.isEmpty else { return [] }
    let decision = GateDecision(of: identity, samples: samples, baseline: baseline)
    return entries.map { entry in
      let outcome = decision.decide(entry.gate, rules: entry.rules, look: look)
      return BuildMode.isOptimised ? outcome : outcome.refused(Self.debugBuild)
    }
  }

  /// Whether more rounds would change nothing.
  func isDecided(_ samples: SampleSet, _ look: Look) -> Bool {
    outcomes(of: samples, look: look).allSatisfy(\.verdict.isFinal)
  }

  /// Makes what is not as it should be an issue on the test's line.
  func record(
    _ outcomes: [GateOutcome], _ entries: [Entry], analysis: Analysis, sourceLocation: SourceLocation?
  ) {
    for (outcome, entry) in zip(outcomes, entries) {
      guard let severity = policy.severity(of: outcome.verdict) else { continue }
      var text = "\(identity): \(outcome)"
      if outcome.figures != nil, outcome.verdict.reason == nil {
        text += " \(GateExplanation.text(entry.gate, in: analysis, baseline: storedCase))"
      }
      if let command { text += " Alone: \(command)" }
      if let sourceLocation, let gitHub = BenchmarkRun.shared.gitHub {
        let annotation = gitHub.annotation(
          isError: severity == .error, path: sourceLocation.filePath, line: sourceLocation.line,
          title: "\(identity)", message: text)
        Console.standardOutput("\n\(annotation)\n")
      }
      let comment = Comment(rawValue: text)
      if let sourceLocation {
        Issue.record(comment, severity: severity, sourceLocation: sourceLocation)
      } else {
        Issue.record(comment, severity: severity)
      }
    }
  }

  private var storedCase: BaselineCase? {
    guard case .stored(let baseline, _) = baseline else { return nil }
    return baseline[identity]
  }

  private static let debugBuild = """
    what an unoptimised build measures means nothing: run `swift test -c release`
    """
}

extension CaseGates {
  /// Takes the gates of a case's traits, each with its part of the run's false-alarm rate.
  init(
    _ settings: CaseSettings, of identity: CaseIdentity, variants: [Variant], looks: Int,
    baseline: GateDecision.BaselineSource, run: BenchmarkRun, runSettings: RunSettings, test: Test?
  ) {
    let tolerance = settings.tolerance ?? runSettings.tolerance
    let gates = settings.gates.flatMap { $0.resolved(for: variants, tolerance: tolerance) }
    self.init(
      identity: identity,
      entries: gates.enumerated().map { Self.entry($1, looks: looks, taken: $0, run: run) },
      baseline: baseline, tolerance: tolerance, policy: settings.policy ?? runSettings.policy,
      variants: variants, command: test.map { Self.command(for: $0, runSettings) })
  }

  /// A gate with its part of the run's false-alarm rate.
  static func entry(_ gate: Gate, looks: Int = 1, taken: Int = 0, run: BenchmarkRun = .shared) -> Entry {
    let rate = run.takeFalseAlarmRate(taken: taken)
    return Entry(gate: gate, rules: GateRules(rates: ErrorRates(falseAlarm: rate), looks: looks))
  }

  /// The command that runs a test alone, in the order of this run.
  private static func command(for test: Test, _ settings: RunSettings) -> String {
    "PGBENCH_PROFILE=\(settings.profile.rawValue) PGBENCH_SEED=\(settings.seed) swift test --filter '\(test.filter)'"
  }
}

extension Test {
  /// The filter by which `swift test` runs the test, whatever its arguments.
  var filter: String { String("\(id)".prefix { $0 != "(" }) }
}
