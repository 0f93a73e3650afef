import PGBenchHost
import PGDriver
import PGMeasuring
import PGStatistics
import PGSystem
import PGVerdicts
import Testing

/// What becomes of a case's gates in a test: which they are, and what is an issue.
struct CaseGates: Sendable {
  let plan: GatePlan
  /// The run that their issues are told in.
  let run: BenchmarkRun
  /// The test whose gates they are.
  let test: Test.ID?
  let tolerance: Tolerance
  let policy: GatePolicy
  let variants: [Variant]
  /// What the test says of the questions that a gate asks.
  let questions: [QuestionChange]
  /// What the highest rate is looked for that holds it; nil where none is.
  let goal: RateGoal?
  /// The benchmark's own metrics.
  let metrics: [Metric]
  /// How the case is run alone.
  let command: String?

  /// The outcomes that were not kept with what a reviewer wants to know besides.
  func explained(
    _ outcomes: [GateOutcome], of gates: [PlannedGate], analysis: Analysis
  ) -> [GateOutcome] {
    zip(outcomes, gates).map { outcome, planned in
      guard outcome.figures != nil, outcome.verdict.reason == nil, !outcome.verdict.isKept else {
        return outcome
      }
      return outcome.explained(GateExplanation.text(planned.gate, in: analysis, baseline: storedCase))
    }
  }

  /// Makes what is not as it should be an issue on the test's line: what and how far in a line, and how to
  /// see it again.
  func record(_ outcomes: [GateOutcome], sourceLocation: SourceLocation?) {
    for outcome in outcomes {
      guard let severity = policy.severity(of: outcome.verdict) else { continue }
      if severity == .warning, outcome.verdict.reason == Self.debugBuild {
        guard run.isFirst("debug gates") else { continue }
        report(GateIssue(Self.noGates), command: nil, severity, sourceLocation)
      } else {
        report(GateIssue(outcome.brief), command: command, severity, sourceLocation)
      }
    }
  }

  private func report(
    _ issue: GateIssue, command: String?, _ severity: Issue.Severity, _ sourceLocation: SourceLocation?
  ) {
    if let sourceLocation, let gitHub = run.gitHub {
      let annotation = gitHub.annotation(
        isError: severity == .error, path: sourceLocation.filePath, line: sourceLocation.line,
        title: Printable.line("\(plan.identity)"),
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
    guard case .stored(let baseline, _) = plan.baseline else { return nil }
    return baseline[plan.identity]
  }

  private static let debugBuild = """
    what an unoptimised build measures means nothing: run `swift test -c release`
    """

  private static let noGates = """
    No gate of this run is held but those on statements and voluntary context switches: what an \
    unoptimised build measures besides means nothing. Run `swift test -c release`.
    """
}

extension CaseGates {
  /// Takes the gates of a case's traits, each with its part of the run's false-alarm rate.
  init(
    _ settings: CaseSettings, of identity: CaseIdentity, variants: [Variant], looks: Int,
    baseline: GateDecision.BaselineSource, run: BenchmarkRun, runSettings: RunSettings, test: Test?
  ) {
    let tolerance = settings.tolerance ?? Question.tolerance(runSettings.tolerance, goal: settings.goal)
    let gates = settings.gates.flatMap { $0.resolved(for: variants, tolerance: tolerance) }
    self.init(
      plan: GatePlan(
        of: identity,
        gates.flatMap { gate in
          // What is declared about the same counts.
          Self.planned(
            gate, settings.questions, goal: settings.goal, looks: looks, of: test?.id, run: run
          ).filter { planned in
            planned.gate == gate || !gates.contains { $0.isSame(as: planned.gate) }
          }
        }, baseline: baseline,
        refusalOfUnoptimised: BuildMode.isOptimised ? nil : Self.debugBuild),
      run: run, test: test?.id, tolerance: tolerance, policy: settings.policy ?? runSettings.policy,
      variants: variants, questions: settings.questions, goal: settings.goal,
      metrics: settings.metrics.map(\.metric),
      command: test.map { Self.command(for: $0, runSettings) })
  }

  /// The questions that a gate asks, which have its part of the run's false-alarm rate together.
  static func planned(
    _ gate: Gate, _ changes: [QuestionChange], goal: RateGoal?, looks: Int = 1, of test: Test.ID?,
    run: BenchmarkRun
  ) -> [PlannedGate] {
    let rate = run.takeFalseAlarmRate(of: test)
    // What else is asked of operations would be of different rates.
    let questions = goal == nil ? gate.questions(changes) : [(gate, 1)]
    return questions.map { question, share in
      PlannedGate(
        question, rules: GateRules(rates: ErrorRates(falseAlarm: rate * share), looks: looks),
        isOptional: question.quantity == .slowOperations && question != gate)
    }
  }

  /// The command that runs a test alone, in the order of this run, and in a configuration whose gates are
  /// held.
  static func command(for test: Test, _ settings: RunSettings) -> String {
    "PGBENCH_PROFILE=\(settings.profile.rawValue) PGBENCH_SEED=\(settings.seed) "
      + "swift test \(BuildMode.isOptimisedInDebug ? "" : "-c release ")"
      + "--filter \(TestFilter.word(just: test.filter))"
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
