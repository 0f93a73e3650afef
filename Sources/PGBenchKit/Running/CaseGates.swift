import PGBenchHost
import PGDriver
import PGMeasuring
import PGStatistics
import PGSystem
import PGVerdicts
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
  /// The benchmark's own metrics.
  let metrics: [Metric]
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
      let isMeaningful = BuildMode.isOptimised || entry.gate.quantity.isSameUnoptimised
      // What optimisation wouldn't help keeps its own reason.
      return isMeaningful || outcome.verdict.reason != nil ? outcome : outcome.refused(Self.debugBuild)
    }
  }

  /// Whether more rounds would change nothing.
  func isDecided(_ samples: SampleSet, _ look: Look) -> Bool {
    outcomes(of: samples, look: look).allSatisfy(\.verdict.isFinal)
  }

  /// The outcomes that were not kept with what a reviewer wants to know besides.
  func explained(_ outcomes: [GateOutcome], _ entries: [Entry], analysis: Analysis) -> [GateOutcome] {
    zip(outcomes, entries).map { outcome, entry in
      guard outcome.figures != nil, outcome.verdict.reason == nil, !outcome.verdict.isKept else {
        return outcome
      }
      return outcome.explained(GateExplanation.text(entry.gate, in: analysis, baseline: storedCase))
    }
  }

  /// Makes what is not as it should be an issue on the test's line: what and how far in a line, and how to
  /// see it again.
  func record(_ outcomes: [GateOutcome], sourceLocation: SourceLocation?) {
    for outcome in outcomes {
      guard let severity = policy.severity(of: outcome.verdict) else { continue }
      if severity == .warning, outcome.verdict.reason == Self.debugBuild {
        guard BenchmarkRun.shared.isFirst("debug gates") else { continue }
        report(GateIssue(Self.noGates), command: nil, severity, sourceLocation)
      } else {
        report(GateIssue(outcome.brief), command: command, severity, sourceLocation)
      }
    }
  }

  private func report(
    _ issue: GateIssue, command: String?, _ severity: Issue.Severity, _ sourceLocation: SourceLocation?
  ) {
    if let sourceLocation, let gitHub = BenchmarkRun.shared.gitHub {
      let annotation = gitHub.annotation(
        isError: severity == .error, path: sourceLocation.filePath, line: sourceLocation.line,
        title: Printable.line("\(identity)"),
        message: ([issue.description] + [command].compactMap(\.self)).joined(separator: "\n"))
      Console.standardOutput("\n\(annotation)\n")
    }
    let location = sourceLocation ?? #_sourceLocation
    if severity == .error {
      Issue.record(issue, command.map { Comment(rawValue: $0) }, sourceLocation: location)
    } else {
      let lines = [issue.description] + [command].compactMap(\.self)
      Issue.record(
        Comment(rawValue: lines.joined(separator: "\n")), severity: severity, sourceLocation: location)
    }
  }

  private var storedCase: BaselineCase? {
    guard case .stored(let baseline, _) = baseline else { return nil }
    return baseline[identity]
  }

  private static let debugBuild = """
    what an unoptimised build measures means nothing: run `swift test -c release`
    """

  private static let noGates = """
    No gate of this run is held but those on statements and voluntary context switches: what an unoptimised build measures \
    besides means nothing. Run `swift test -c release`.
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
      variants: variants, metrics: settings.metrics.map(\.metric),
      command: test.map { Self.command(for: $0, runSettings) })
  }

  /// A gate with its part of the run's false-alarm rate.
  static func entry(_ gate: Gate, looks: Int = 1, taken: Int = 0, run: BenchmarkRun = .shared) -> Entry {
    let rate = run.takeFalseAlarmRate(taken: taken)
    return Entry(gate: gate, rules: GateRules(rates: ErrorRates(falseAlarm: rate), looks: looks))
  }

  /// The command that runs a test alone, in the order of this run, and in a configuration whose gates are
  /// held.
  private static func command(for test: Test, _ settings: RunSettings) -> String {
    "PGBENCH_PROFILE=\(settings.profile.rawValue) PGBENCH_SEED=\(settings.seed) "
      + "swift test \(BuildMode.isOptimisedInDebug ? "" : "-c release ")--filter '\(test.filter)'"
  }
}

/// A gate that is not as it should be, as an issue's title.
private struct GateIssue: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension Test {
  /// The filter by which `swift test` runs the test, whatever its arguments.
  var filter: String { String("\(id)".prefix { $0 != "(" }) }
}
