public import PGStatistics

/// Shares the false-alarm rate of a whole run among its gates.
///
/// Bonferroni's procedure, made to work while a run goes on: what a gate gets is fixed before it is measured,
/// as an equal part of what is left for the gates that are still expected. A tenth is kept for gates that
/// were not expected, of which the n-th gets a part like 1/n². The parts never add up to more than the whole,
/// however many come; so the chance that any gate of the run raises a false alarm is at most the run's rate
/// (Boole's inequality).
package struct FalseAlarmBudget: Sendable, Hashable {
  /// The rate of the whole run.
  package let rate: Double

  /// How many gates have been given a part.
  package private(set) var gates = 0

  /// What has been given away.
  package var spent: Double { spentOnExpected + spentOnOthers }

  private var spentOnExpected = 0.0
  private var spentOnOthers = 0.0
  private var others = 0

  private static let shareOfOthers = 0.1

  /// Starts with nothing spent.
  package init(rate: Double = ErrorRates.defaultFalseAlarmOfRun) {
    self.rate = rate
  }

  /// Takes the part of one gate.
  ///
  /// - Parameter expected: How many gates are to come, this one included; 0 if it was not expected.
  package mutating func take(expected: Int) -> Double {
    gates += 1
    guard expected > 0 else {
      others += 1
      // The sum of 1/n² is π²/6.
      let part = rate * Self.shareOfOthers * 6 / (.pi * .pi) / Double(others * others)
      spentOnOthers += part
      return part
    }
    let part = max(0, rate * (1 - Self.shareOfOthers) - spentOnExpected) / Double(expected)
    spentOnExpected += part
    return part
  }
}
