import PGDriver
import Testing

/// Runs tests that compute without a pause on threads of their own.
///
/// Swift's executor has a thread for each CPU. On it, two such tests keep all others from going on, for so long that their
/// time-outs are over.
struct BlockingTrait: SuiteTrait, TestTrait, TestScoping {
  private static let threads = Result { try BlockingExecutor(threads: 4) }

  /// True: what holds for a suite holds for its tests.
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    try await withTaskExecutorPreference(Self.threads.get()) { try await function() }
  }
}

extension Trait where Self == BlockingTrait {
  /// For tests that compute without a pause.
  static var blocking: BlockingTrait { BlockingTrait() }
}
