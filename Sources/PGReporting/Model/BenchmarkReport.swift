package import PGMeasuring
package import PGVerdicts

/// A whole run: what it was measured on, and its cases.
package struct BenchmarkReport: Sendable, Hashable, Codable {
  /// The version of the JSON schema that this code writes.
  ///
  /// It is raised when a reader of the earlier version would misread a report, not when keys are added.
  package static let currentSchemaVersion = 3

  /// The version of the JSON schema.
  package let schemaVersion: Int
  /// What a reader should know before the first figure, a sentence each.
  package let warnings: [String]
  /// What the run was measured on.
  package let environment: ReportEnvironment
  /// The cases, in the order in which they are shown.
  package let cases: [CaseReport]
  /// What connections and operations cost, from sweeps of at least three counts; nil in reports of earlier
  /// versions.
  package let sweeps: [SweepReport]?
  /// How often the gates of the run may raise a false alarm, and what has been given to them; nil without
  /// gates.
  package let falseAlarms: FalseAlarms?
  /// Cases that the named baseline has and this run has not measured; nil without a baseline.
  package let notMeasured: [CaseIdentity]?

  /// The tests that ended with an error; nil where none did, and in reports of versions that didn't tell.
  package let failures: [FailedTest]?
  /// Why the run isn't whole, such as that it was interrupted; nil for one that came to its end.
  package let incomplete: String?

  /// The false-alarm rate of a run.
  package struct FalseAlarms: Sendable, Hashable, Codable {
    /// The rate of the whole run.
    package let rate: Double
    /// How many gates shared it.
    package let gates: Int
    /// What their parts add up to, at most the rate.
    package let spent: Double
    /// The least part that a gate has; nil where none has one, and in reports of versions that didn't tell.
    package let least: Double?

    /// What a budget has come to.
    package init(_ budget: FalseAlarmBudget) {
      (rate, gates, spent, least) = (budget.rate, budget.gates, budget.spent, budget.least)
    }
  }

  /// Puts a report together.
  ///
  /// Suites, tests within each, and the arguments of a test keep the order of their first cases; cases of the
  /// same arguments are put in the order of their counts and calls, however they came to run. That a debug
  /// build was measured is added to the warnings.
  package init(
    environment: ReportEnvironment, cases: [CaseReport], warnings: [String] = [],
    falseAlarms: FalseAlarms? = nil, notMeasured: [CaseIdentity]? = nil, failures: [FailedTest] = [],
    incomplete: String? = nil
  ) {
    self.failures = failures.isEmpty ? nil : failures
    self.incomplete = incomplete
    self.falseAlarms = falseAlarms
    self.notMeasured = notMeasured
    schemaVersion = Self.currentSchemaVersion
    self.environment = environment
    self.cases = Self.ordered(cases)
    sweeps = SweepReport.all(of: self.cases)
    self.warnings = (environment.buildMode == .debug ? [Self.debugWarning] : []) + warnings
  }

  /// The names of the suites, in the order of their first cases.
  package var suites: [String] { cases.map(\.suite).uniqued }

  /// The cases of a suite.
  package func cases(of suite: String) -> [CaseReport] {
    cases.filter { $0.suite == suite }
  }

  private static func ordered(_ cases: [CaseReport]) -> [CaseReport] {
    var suites: [[String]: Int] = [:]
    var tests: [CasePlace: Int] = [:]
    var places: [CasePlace: Int] = [:]
    for (index, report) in cases.enumerated() {
      suites[report.suites] = suites[report.suites] ?? index
      tests[report.identity.withoutArguments] = tests[report.identity.withoutArguments] ?? index
      places[report.identity.place] = places[report.identity.place] ?? index
    }
    func order(_ report: CaseReport) -> (Int, Int, Int, Int, Int) {
      let identity = report.identity
      return (
        suites[report.suites] ?? 0, tests[identity.withoutArguments] ?? 0, places[identity.place] ?? 0,
        report.operations, report.call
      )
    }
    return cases.sorted { order($0) < order($1) }
  }

  private static let debugWarning = """
    This is a debug build: unoptimised code slows the asynchronous driver much more than the blocking one, \
    so neither the times nor the differences below are real. Measure again with `swift test -c release`.
    """
}

/// A test of a run that ended with an error, so that what it should have measured is missing, or not to be
/// trusted.
package struct FailedTest: Sendable, Hashable, Codable {
  /// The suite's display name.
  package let suite: String
  /// The test's display name.
  package let test: String
  /// The test's source file, such as `ShopBenchmarks/OrderBenchmarks.swift`.
  package let file: String
  /// The test's line in it.
  package let line: Int
  /// What was thrown.
  package let error: String
  /// The command that runs the test alone; nil where it isn't known, and in reports of versions that didn't
  /// tell.
  package let command: String?

  /// Records a failure.
  package init(
    suite: String, test: String, file: String, line: Int, error: String, command: String? = nil
  ) {
    self.command = command
    self.suite = suite
    self.test = test
    self.file = file
    self.line = line
    self.error = error
  }
}
