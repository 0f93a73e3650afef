/// How often a gate may err, each way.
public struct ErrorRates: Sendable, Hashable, Codable {
  /// The probability of "regressed" where the figure is at the bound or below.
  public let falseAlarm: Double
  /// The probability of "within tolerance" where the figure is at the bound or above.
  public let miss: Double

  /// Sets both.
  public init(falseAlarm: Double, miss: Double = ErrorRates.defaultMiss) {
    self.falseAlarm = falseAlarm
    self.miss = miss
  }

  /// How often a whole run may raise a false alarm unless it is told otherwise.
  public static let defaultFalseAlarmOfRun = 0.01

  /// How often a gate may miss a regression that is just at its bound; a larger one is missed much more
  /// rarely.
  public static let defaultMiss = 0.01

  /// A share of both.
  package func share(_ share: Double) -> ErrorRates {
    ErrorRates(falseAlarm: falseAlarm * share, miss: miss * share)
  }
}

/// How much of a gate's error rate may be spent at each of its planned looks at the data.
///
/// A test that looks several times, and stops when it suits, errs more often than each look says. Here each
/// look has a share of its own, and the shares add up to the whole: whatever the looks have to do with each
/// other, the chance that any of them errs is at most that sum (Boole's inequality). The shares are the
/// increments of the spending function t³ of Kim and DeMets, Biometrika 74 (1987), where t is the fraction of
/// the planned data: next to nothing at an early look, so that little is lost at the last one (Jennison and
/// Turnbull, "Group Sequential Methods", 2000, 7.2).
package struct AlphaSpending: Sendable, Hashable {
  /// How many looks are planned, evenly spaced.
  package let looks: Int

  /// Plans looks; at least one.
  package init(looks: Int) {
    self.looks = max(1, looks)
  }

  /// The share of a look, from 0; of the last one if no other comes after.
  ///
  /// - Parameter isLast: Whether the sampling is over, for whatever reason: what later looks would have spent
  ///   is its own.
  package func share(of look: Int, isLast: Bool) -> Double {
    func spent(_ looks: Int) -> Double {
      let fraction = Double(min(max(looks, 0), self.looks)) / Double(self.looks)
      return fraction * fraction * fraction
    }
    return (isLast ? 1 : spent(look + 1)) - spent(look)
  }
}

/// What a gate of a case is decided by, besides its own bound: error rates and looks.
package struct GateRules: Sendable, Hashable {
  /// The gate's error rates, all looks together.
  package let rates: ErrorRates

  /// How many looks at the data are planned.
  package let spending: AlphaSpending

  /// Whether no change is expected at all: a figure nearer to the bound than to no change is suspect then,
  /// and a better one has improved; else only one beyond the bound is suspect, and none improves.
  package let expectsNoChange: Bool

  /// Sets the rules.
  ///
  /// - Parameter looks: How many looks at the data are planned (`SamplingPlan.looks`).
  package init(rates: ErrorRates, looks: Int = 1, expectsNoChange: Bool = true) {
    self.rates = rates
    self.expectsNoChange = expectsNoChange
    spending = AlphaSpending(looks: looks)
  }

  /// The error rates of one look, from 0; of a last one, with all that is left.
  package func rates(at look: Look) -> ErrorRates {
    rates.share(spending.share(of: look.number, isLast: look.isLast))
  }
}

/// One of the planned looks at the data of a case.
package struct Look: Sendable, Hashable {
  /// Its number, from 0.
  package let number: Int
  /// Whether no other comes after it.
  package let isLast: Bool

  /// Names a look.
  package init(_ number: Int, isLast: Bool) {
    self.number = number
    self.isLast = isLast
  }

  /// The only look at what was measured without any other.
  package static let only = Look(0, isLast: true)
}
