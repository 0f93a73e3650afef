package import PGStatistics

/// A figure with its standard error, over sessions.
package struct SessionEstimate: Hashable {
  /// The figure: in its unit, or the logarithm of a ratio.
  package let value: Double
  /// Its standard error; 0 for what is exact.
  package let standardError: Double
  /// The degrees of freedom of the standard error.
  package let degreesOfFreedom: Int
  /// How many sessions, or groups of them, it rests on.
  package let sessions: Int

  package init(value: Double, standardError: Double, degreesOfFreedom: Int, sessions: Int) {
    self.value = value
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
    self.sessions = sessions
  }

  /// The trimmed mean of the sessions' values.
  package init(of values: [Double]) throws(GateRefusal) {
    guard let mean = TrimmedMean(of: values) else {
      throw GateRefusal(
        reason: """
          only \(Format.amount(values.count, "round")) was measured, and an interval takes two: give the case a longer \
          budget
          """)
    }
    self.init(
      value: mean.mean, standardError: mean.standardError, degreesOfFreedom: mean.degreesOfFreedom,
      sessions: values.count)
  }

  /// How far a one-sided bound that is wrong with this probability lies from the value.
  ///
  /// Student's t holds back to a millionth of a millionth; nothing here is surer than that.
  package func margin(errorRate: Double) -> Double {
    guard standardError > 0 else { return 0 }
    return standardError
      * StudentT.twoSidedQuantile(
        confidence: 1 - 2 * min(max(errorRate, 1e-12), 0.5), degreesOfFreedom: degreesOfFreedom)
  }

  /// The ratio that this logarithm stands for, with its 95 % interval.
  package func ratio(rounds: Int) -> RatioEstimate {
    let confidence = 0.95
    let margin = margin(errorRate: (1 - confidence) / 2)
    return RatioEstimate(
      ratio: Elementary.ratio(ofLog: value), low: Elementary.ratio(ofLog: value - margin),
      high: Elementary.ratio(ofLog: value + margin), confidence: confidence, sessions: sessions,
      rounds: rounds)
  }

  /// This figure less another that was measured apart.
  ///
  /// The standard errors add up as squares. The degrees of freedom are the fewer of the two: never more than
  /// Welch's (Biometrika 34, 1947), so that the interval is rather too wide.
  package func minus(_ other: SessionEstimate) -> SessionEstimate {
    let isOtherExact = other.standardError == 0
    return SessionEstimate(
      value: value - other.value,
      standardError: (standardError * standardError + other.standardError * other.standardError).squareRoot(),
      degreesOfFreedom: isOtherExact ? degreesOfFreedom : min(degreesOfFreedom, other.degreesOfFreedom),
      sessions: sessions)
  }
}
