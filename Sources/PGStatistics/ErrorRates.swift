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
