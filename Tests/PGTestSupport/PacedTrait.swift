public import Testing

/// Lets only a few test cases run at once.
///
/// Swift Testing starts them all together. With a few hundred on two CPUs each takes as long as the whole run, in
/// which no time-out, and no bound on one, means anything. Those who wait are suspended and block nobody.
public struct PacedTrait: SuiteTrait, TestTrait, TestScoping {
  private static let permits = Permits(4)

  /// True: what holds for a suite holds for its tests.
  public var isRecursive: Bool { true }

  /// Runs a case when it is its turn.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    await Self.permits.take()
    do {
      try await function()
    } catch {
      await Self.permits.give()
      throw error
    }
    await Self.permits.give()
  }
}

extension Trait where Self == PacedTrait {
  /// Lets only a few test cases of all paced suites run at once.
  public static var paced: PacedTrait { PacedTrait() }
}

/// A counting semaphore that suspends, first come, first served.
private actor Permits {
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
