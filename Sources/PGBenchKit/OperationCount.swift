import PGMeasuring
public import Testing

/// How many operations a benchmark case is about: the argument of a parameterised benchmark.
///
///     @Test(arguments: OperationCount.sweep(10...10_000))
///     func byName(operations: OperationCount) async throws { … }
///
/// Each variant runs at least so many operations, in blocks of at most so many; a small count is repeated
/// until the case's budget is used up.
public struct OperationCount: Sendable, Hashable {
  /// The count; the case of one below 1 fails, and says why.
  public let value: Int

  /// How many counts the sweep has that this one is of.
  let casesInSweep: Int

  init(_ value: Int, casesInSweep: Int) {
    self.value = value
    self.casesInSweep = casesInSweep
  }

  /// A single count, whatever the profile.
  public init(_ value: Int) {
    self.init(value, casesInSweep: 1)
  }

  /// The published ladder of counts within a range, 10, 50, 100, 500, 1,000, 2,000, 5,000, 10,000, 20,000,
  /// 50,000, 100,000, of which the profile keeps a part.
  public static func sweep(_ range: ClosedRange<Int>) -> [OperationCount] {
    let ladder = [10, 50, 100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]
    let within = ladder.filter(range.contains)
    return sweep(within.isEmpty ? [range.upperBound] : within)
  }

  /// Counts of your own, of which the profile keeps a part.
  ///
  /// Profile smoke keeps the smallest, and at most 10; quick keeps those up to 1,000, or makes one of 1,000
  /// if all are greater; full keeps all. A sweep without any count is one of 0, which fails: a test without a
  /// case would pass.
  public static func sweep(_ counts: [Int]) -> [OperationCount] {
    let counts = counts.isEmpty ? [0] : counts
    // A profile that doesn't exist is reported by the benchmark itself, in the test that it fails.
    let kept = ((try? BenchmarkRun.shared.settings.get())?.profile ?? .smoke).counts(of: counts)
    BenchmarkRun.shared.progress.learn(sweepOf: kept.count)
    return kept.map { OperationCount($0, casesInSweep: kept.count) }
  }
}

extension OperationCount: ExpressibleByIntegerLiteral {
  /// Makes a single count of a literal.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}

extension OperationCount: CustomStringConvertible, CustomTestStringConvertible {
  /// The count with thousands separated, such as "10,000".
  public var description: String { Format.count(value) }

  /// The same with "operations".
  public var testDescription: String { "\(self) operations" }
}
