public import Testing

/// A trait that says something about benchmarks, and passes from a suite to all that is in it.
///
/// Of two that say something about the same, the nearest to the test wins.
public protocol BenchmarkSettingTrait: SuiteTrait, TestTrait {}

extension BenchmarkSettingTrait {
  /// True: a suite's setting is that of its tests.
  public var isRecursive: Bool { true }
}

/// Marks suites and tests as benchmarks: names their suite in reports and counts their cases in the progress.
public struct BenchmarkTrait: BenchmarkSettingTrait, TestScoping {
  /// The name of the innermost suite that is being run.
  @TaskLocal static var suite: String?

  /// Counts the test, so that the progress knows of it before it runs.
  public func prepare(for test: Test) async throws {
    guard !test.isSuite else { return }
    // Says hello to the coordinator of a duel, if there is one, before any test runs.
    _ = DuelParticipant.shared
    let gates = CaseSettings(traits: test.traits, profile: .smoke).gates
    // Which variants there are is known when the test runs; mostly it is two.
    BenchmarkRun.shared.progress.expect(
      test.id, gates: gates.reduce(0) { $0 + ($1.variant == nil ? 2 : 1) }, hasArguments: test.isParameterized
    )
  }

  /// Runs what is in a suite with the suite's name known.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard test.isSuite else {
      guard testCase == nil else { return try await function() }
      return try await withTurn(for: test, function)
    }
    try await Self.$suite.withValue(test.displayName ?? test.name) { try await function() }
  }

  /// Waits for the test's turn, and runs its cases one after another.
  ///
  /// A test of a comparison between two commits has none: the coordinator says which case runs.
  private func withTurn(
    for test: Test, _ function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard DuelParticipant.shared == nil, !CaseLock.hasTurn else { return try await function() }
    try await CaseLock.tests.withLock(waiting: { BenchmarkRun.shared.progress.say($0) }) {
      try await CaseLock.$hasTurn.withValue(true) {
        try await ParallelizationTrait.serialized.provideScope(for: test, testCase: nil, performing: function)
      }
    }
  }

  /// Itself for everything that it is on.
  public func scopeProvider(for test: Test, testCase: Test.Case?) -> BenchmarkTrait? { self }
}

extension Trait where Self == BenchmarkTrait {
  /// Marks suites and tests as benchmarks.
  public static var benchmark: BenchmarkTrait { BenchmarkTrait() }
}
