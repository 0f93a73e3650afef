import PGMeasuring
import PGReporting
public import Testing

/// Marks suites and tests as benchmarks: names their suites and arguments in reports and counts their cases
/// in the progress.
public struct BenchmarkTrait: SuiteTrait, TestTrait, TestScoping {
  /// True: what is in a suite of benchmarks is benchmarks.
  public var isRecursive: Bool { true }

  /// Counts the test, so that the progress knows of it before it runs.
  public func prepare(for test: Test) async throws {
    guard !test.isSuite else { return }
    // Says hello to the coordinator, if there is one, before any test runs.
    let run = BenchmarkRun.current
    if BenchmarkRun.current.worker == nil { run.expectEnd() }
    let gates = CaseSettings(traits: test.traits, profile: .smoke).gates
    // Which variants there are is known when the test runs; mostly it is two.
    run.progress.expect(
      test.id, gates: gates.reduce(0) { $0 + ($1.variant == nil ? 2 : 1) }, hasArguments: test.isParameterized
    )
  }

  /// Runs what is in a suite, in a test, or a case of it, with its name known.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    if test.isSuite {
      var suites = CaseScope.suites
      suites[[test.id.moduleName] + test.id.nameComponents] = test.displayName ?? test.id.nameComponents.last
      return try await CaseScope.$suites.withValue(suites) { try await function() }
    }
    guard let testCase else {
      // A suite's trait and the test's own are both asked.
      guard TestRun.current?.test != test.id else { return try await function() }
      if let cases = test.numberOfCases { BenchmarkRun.current.progress.learn(test.id, cases: cases) }
      return try await withTurn(for: test) {
        let cases = TestRun(test.id)
        // Even those of a test that then failed.
        defer { attach(cases.reports, to: test) }
        try await TestRun.$current.withValue(cases) { try await function() }
      }
    }
    guard CaseScope.current?.test != test.id else { return try await function() }
    let scope = CaseScope(test, testCase, in: TestRun.current)
    let progress = BenchmarkRun.current.progress
    progress.enters(test.id)
    defer { progress.leaves(test.id, benchmarks: scope.benchmarks) }
    try await CaseScope.$current.withValue(scope) {
      // Of a comparison between two commits another process writes the report.
      guard let worker = BenchmarkRun.current.worker else {
        try await watching(test, at: scope.place) { try await function() }
        return warnIfNothingWasMeasured(test, scope)
      }
      try await worker.attend(scope, test, testCase, function)
    }
  }

  /// Attaches what a test's cases came to, if anything keeps it.
  private func attach(_ cases: [CaseReport], to test: Test) {
    guard TestAttachments.areWanted, !cases.isEmpty else { return }
    guard let report = BenchmarkRun.current.report(of: cases) else { return }
    TestAttachments(of: test.displayName ?? test.name, report).record(sourceLocation: test.sourceLocation)
  }

  /// Waits for the test's turn, and runs its cases one after another.
  ///
  /// A test of a comparison between two commits has none: the coordinator says which case runs.
  private func withTurn(
    for test: Test, _ function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard BenchmarkRun.current.worker == nil else { return try await function() }
    try await BenchmarkRun.current.turns.tests.withLock(waiting: { BenchmarkRun.current.progress.say($0) }) {
      try await CaseTurns.$hasTurn.withValue(true) {
        try await ParallelizationTrait.serialized.provideScope(for: test, testCase: nil, performing: function)
      }
    }
  }

  /// Runs a case of a test, and keeps its error for the report.
  private func watching(
    _ test: Test, at place: CasePlace, _ function: () async throws -> Void
  ) async throws {
    let run = BenchmarkRun.current
    run.testBegins()
    defer { run.testEnds() }
    do {
      try await function()
    } catch {
      let command = (try? run.settings.get()).map { CaseGates.command(for: test, $0) }
      if let failure = FailedTest(test, at: place, error, command: command) { run.record(failure) }
      throw error
    }
  }

  /// A test that never calls `benchmark` passes, and looks like one whose gates were kept.
  private func warnIfNothingWasMeasured(_ test: Test, _ scope: CaseScope) {
    guard scope.benchmarks == 0, let settings = try? BenchmarkRun.current.settings.get() else { return }
    let policy = CaseSettings(traits: test.traits, profile: settings.profile).policy ?? settings.policy
    Issue.record(
      "\(scope.place) measured nothing: it has the trait .benchmark, but called benchmark() not once.",
      severity: policy == .strict ? .error : .warning, sourceLocation: test.sourceLocation)
  }

  /// Itself for everything that it is on.
  public func scopeProvider(for test: Test, testCase: Test.Case?) -> BenchmarkTrait? { self }
}

extension FailedTest {
  /// What a test threw; nil for one that has cancelled itself, which Swift Testing takes for skipped.
  fileprivate init?(_ test: Test, at place: CasePlace, _ error: any Error, command: String?) {
    // The error of `Test.cancel` has no public type.
    guard String(describing: type(of: error)) != "SkipInfo" else { return nil }
    let source = test.sourceLocation
    self.init(
      suite: place.suites.joined(separator: " / "), test: place.title, file: source.fileID, line: source.line,
      error: error is CancellationError
        ? "It was cancelled, as it is when its time limit is exceeded." : "\(error)", command: command)
  }
}

extension Trait where Self == BenchmarkTrait {
  /// Marks suites and tests as benchmarks.
  public static var benchmark: BenchmarkTrait { BenchmarkTrait() }
}
