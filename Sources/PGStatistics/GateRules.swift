/// What a gate of a case is decided by, besides its own bound: error rates and looks.
package struct GateRules: Sendable, Hashable {
  /// The gate's error rates, all looks together.
  package let rates: ErrorRates

  /// How many looks at the data are planned.
  package let spending: AlphaSpending

  /// Sets the rules.
  ///
  /// - Parameter looks: How many looks at the data are planned (`SamplingPlan.looks`).
  package init(rates: ErrorRates, looks: Int = 1) {
    self.rates = rates
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
