import PGBenchHost
import PGDriver
import PGMeasuring
import PGReporting
import PGServer
import PGStatistics
import PGSystem
import PGVerdicts
import Testing

/// The context of a run of benchmarks: its settings and its server, whose turn it is, its progress, and the
/// cases that are done.
///
/// The process has one, whose reports are written when the process ends, by which time Swift Testing has
/// printed its summary (`BenchmarkRun+End`). Swift Testing hands no context to a test or a trait, so they
/// find
/// theirs by `current`; everything below them is given it.
final class BenchmarkRun: Sendable {
  /// The process's own.
  static let shared = BenchmarkRun(
    environment: CallersEnvironment.current(), turns: CaseTurns(machine: MachineLock()), isOfProcess: true)

  /// Another than the process's, for the tests of a task.
  @TaskLocal static var other: BenchmarkRun?

  /// The one that the present task's benchmarks belong to.
  static var current: BenchmarkRun { other ?? shared }

  struct State {
    var cases: [CaseReport] = []
    var failures: [FailedTest] = []
    var server: ServerInfo?
    var kitCost: ReportEnvironment.KitCost?
    var isRegistered = false
    var hasEnded = false
    /// How many tests are being run.
    var running = 0
    var lastWrite = 0
    var falseAlarms: FalseAlarmBudget?
    var baselines: RunBaselines?
    var fingerprint: Fingerprint?
    var baselineCases: [BaselineCase] = []
    /// How many benchmarks of each name have begun.
    var calls: [CaseIdentity: Int] = [:]
    /// What has been said that is said once.
    var said: Set<String> = []
    var isPrepared: Result<Void, BenchmarkError>?
  }

  let settings: Result<RunSettings, BenchmarkError>
  let progress = Progress()
  /// Nil unless the run is one of GitHub Actions.
  let gitHub: GitHubActions?
  let state = Lock(State())
  /// Whose turn it is to write the files: what a run wrote while it went on never replaces its last report.
  let writing = Lock(())
  /// Whose turn it is to measure.
  let turns: CaseTurns
  private let startedAt = EnvironmentProbe.timestamp()
  private let isOfProcess: Bool

  /// - Parameter isOfProcess: Whether the process may be a worker, whose cases a coordinator measures.
  init(
    environment: [String: String], turns: CaseTurns = CaseTurns(machine: nil), isOfProcess: Bool = false
  ) {
    self.turns = turns
    self.isOfProcess = isOfProcess
    gitHub = GitHubActions(environment: environment)
    settings = Result { () throws(BenchmarkError) in try RunSettings(environment: environment) }
  }

  /// What serves a coordinator's requests; nil for a run that measures by itself.
  var worker: BenchmarkWorker? { isOfProcess ? BenchmarkWorker.shared : nil }

  /// The server that its databases are on.
  func server() async throws(DatabaseServerError) -> any DatabaseServer { try await SharedServer.server() }

  /// Keeps the report of a case that is done.
  ///
  /// The files are written now and then as well, so that a run that is killed leaves what it had measured.
  func record(
    _ report: CaseReport, samples: SampleSet, on server: ServerInfo,
    kitCost: ReportEnvironment.KitCost?
  ) {
    let baselineCase = (try? settings.get())?.savedBaseline.map { _ in
      BaselineCase(report.identity, samples: samples)
    }
    let isDue = state.withLock { state in
      state.cases.append(report)
      if let baselineCase { state.baselineCases.append(baselineCase) }
      state.server = server
      state.kitCost = kitCost
      let now = MonotonicClock.now()
      guard now - state.lastWrite > 10_000_000_000 else { return false }
      state.lastWrite = now
      return true
    }
    if isDue { writeMeanwhile() }
  }

  /// The number of a benchmark that begins among those of its name, from 1.
  func nextCall(of first: CaseIdentity) -> Int {
    state.withLock { state in
      state.calls[first, default: 0] += 1
      return state.calls[first] ?? 1
    }
  }

  /// Keeps a test that ended with an error.
  func record(_ failure: FailedTest) {
    state.withLock { state in
      if !state.failures.contains(failure) { state.failures.append(failure) }
    }
  }

  /// Whether this is asked for the first time.
  func isFirst(_ what: String) -> Bool { state.withLock { $0.said.insert(what).inserted } }

  /// The part of the run's false-alarm rate that a test's next gate has; nil for one of no test.
  func takeFalseAlarmRate(of test: Test.ID?) -> Double {
    let rate = (try? settings.get())?.falseAlarmRate ?? ErrorRates.defaultFalseAlarmOfRun
    return state.withLock { state in
      var budget = state.falseAlarms ?? planned(FalseAlarmBudget(rate: rate))
      defer { state.falseAlarms = budget }
      return budget.take(of: test.map { "\($0)" })
    }
  }

  /// The budget with the parts of all tests that the run has.
  private func planned(_ budget: FalseAlarmBudget) -> FalseAlarmBudget {
    var budget = budget
    budget.expect(
      Dictionary(progress.expectedGates.map { ("\($0)", $1) }, uniquingKeysWith: { $0 + $1 }))
    return budget
  }

  /// The baselines, read when the first case asks, and what this run is measured on.
  func baselines(on server: ServerInfo) throws(BenchmarkError) -> (RunBaselines, here: Fingerprint) {
    if let (known, here) = state.withLock({ state in
      state.baselines.flatMap { known in state.fingerprint.map { (known, $0) } }
    }) {
      return (known, here)
    }
    let settings = try settings.get()
    let here = Fingerprint(
      of: EnvironmentProbe.environment(
        settings: settings, server: server, cases: [], startedAt: startedAt, kitCost: nil))
    let read = try RunBaselines(settings, here: here)
    state.withLock { ($0.baselines, $0.fingerprint) = (read, here) }
    return (read, here)
  }

  /// The report as it is now; nil if there is nothing to tell.
  func report(incomplete: String? = nil) -> BenchmarkReport? {
    let state = state.withLock { $0 }
    let cases = state.cases
    guard !cases.isEmpty || !state.failures.isEmpty, let environment = environment(of: cases, state) else {
      return nil
    }
    // Suites run in any order; two reports should be read side by side.
    let ordered = cases.sorted { CaseIdentity.comesFirst($0.identity, $1.identity) }
    return BenchmarkReport(
      environment: environment, cases: ordered,
      falseAlarms: state.falseAlarms.map(BenchmarkReport.FalseAlarms.init),
      notMeasured: state.baselines?.stored?.missing(from: cases.map(\.identity)),
      failures: state.failures.sorted { ($0.suite, $0.test, $0.line) < ($1.suite, $1.test, $1.line) },
      incomplete: incomplete)
  }

  /// A report of some cases alone.
  func report(of cases: [CaseReport]) -> BenchmarkReport? {
    environment(of: cases, state.withLock { $0 }).map { BenchmarkReport(environment: $0, cases: cases) }
  }

  private func environment(of cases: [CaseReport], _ state: State) -> ReportEnvironment? {
    (try? settings.get()).map {
      EnvironmentProbe.environment(
        settings: $0, server: state.server, cases: cases, startedAt: startedAt, kitCost: state.kitCost)
    }
  }
}
