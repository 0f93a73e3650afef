package import Testing

/// Lets only a few tests run at once, each with one case after another.
///
/// Swift Testing starts them all together. With a few hundred on two CPUs each takes as long as the whole
/// run, in which no time-out, and no bound on one, means anything. Those that wait are suspended and block
/// nothing. They wait outside of their cases, whose time limits would count it.
package struct PacedTrait: SuiteTrait, TestTrait, TestScoping {
  /// Whether the present test has its turn: a suite's trait and the test's own are both asked.
  @TaskLocal private static var hasTurn = false

  fileprivate let permits: Permits

  /// True: what holds for a suite holds for its tests.
  package var isRecursive: Bool { true }

  /// Runs a test when it is its turn.
  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard testCase == nil, !test.isSuite, !Self.hasTurn else { return try await function() }
    await permits.take()
    do {
      try await Self.$hasTurn.withValue(true) {
        try await ParallelizationTrait.serialized.provideScope(for: test, testCase: nil, performing: function)
      }
    } catch {
      await permits.give()
      throw error
    }
    await permits.give()
  }

  /// Itself for everything that it is on.
  package func scopeProvider(for test: Test, testCase: Test.Case?) -> PacedTrait? { self }
}

extension Trait where Self == PacedTrait {
  /// Lets only a few tests of all paced suites run at once.
  package static var paced: PacedTrait { PacedTrait(permits: few) }

  /// The same for tests that have whole runs measure.
  ///
  /// These wait for each other anyway, and would keep other tests waiting.
  package static var pacedRuns: PacedTrait { PacedTrait(permits: two) }
}

private let few = Permits(4)
private let two = Permits(2)

/// A counting semaphore that suspends, first come, first served.
fileprivate actor Permits {
  private var left: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { left = count }

  func take() async {
    guard left == 0 else {
      left -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func give() {
    if waiting.isEmpty { left += 1 } else { waiting.removeFirst().resume() }
  }
}
