import PGStatistics

/// Shares the false-alarm rate of a whole run among its gates.
///
/// Bonferroni's procedure, with parts that are fixed before anything is measured: they never add up to more
/// than the whole, so that the chance that any gate of the run raises a false alarm is at most the run's rate
/// (Boole's inequality), whatever the gates have to do with each other.
///
/// A comparison of commits knows all its gates, and takes their parts one by one (`take(share:)`). A run of
/// tests knows which tests it has, but not what they will do: each test has a part of its own, which no other
/// test can use up, and a tenth of the whole is kept for what belongs to none.
package struct FalseAlarmBudget: Sendable, Hashable {
  /// The rate of the whole run.
  package let rate: Double

  /// How many gates have been given a part.
  package private(set) var gates = 0

  /// What has been given away.
  package private(set) var spent = 0.0

  /// The least part that a gate was given; nil before the first.
  package private(set) var least: Double?

  private var parts: [String: Part] = [:]
  private var rest: Part

  private static let shareOfRest = 0.1

  /// Starts with nothing spent.
  package init(rate: Double = ErrorRates.defaultFalseAlarmOfRun) {
    self.rate = rate
    rest = Part(share: rate * Self.shareOfRest, expected: 16)
  }

  /// Takes a share of the whole, such as 0.01; all shares together are at most 1.
  package mutating func take(share: Double) -> Double { give(rate * share) }

  /// Fixes the parts of the tests that a run has.
  ///
  /// - Parameter tests: How many gates each test is expected to have, as far as is known.
  package mutating func expect(_ tests: [String: Int]) {
    let all = tests.values.reduce(0) { $0 + max(0, $1) }
    guard all > 0 else { return }
    for (test, gates) in tests where gates > 0 {
      let share = rate * (1 - Self.shareOfRest) * Double(gates) / Double(all)
      parts[test] = Part(share: share, expected: gates)
    }
  }

  /// Takes the part of a test's next gate; nil for a gate of no test.
  package mutating func take(of test: String?) -> Double {
    guard let test, var part = parts[test] else { return give(rest.next()) }
    let next = part.next()
    parts[test] = part
    return give(next)
  }

  private mutating func give(_ part: Double) -> Double {
    gates += 1
    spent += part
    least = min(least ?? part, part)
    return part
  }

  /// What one test has, and how much of it is given away.
  ///
  /// Nine tenths are for as many gates as were expected, in equal parts. Of the last tenth, as many more
  /// gates have a half together, twice as many after them a quarter, and so on, so that no gate ever has
  /// nothing.
  private struct Part: Sendable, Hashable {
    let share: Double
    let expected: Int
    private var taken = 0

    init(share: Double, expected: Int) {
      self.share = share
      self.expected = expected
    }

    mutating func next() -> Double {
      defer { taken += 1 }
      guard taken >= expected else { return share * 0.9 / Double(expected) }
      var (first, size, part) = (expected, expected, 0.1)
      while true {
        part /= 2
        guard taken >= first + size else { return share * part / Double(size) }
        first += size
        size *= 2
      }
    }
  }
}
