import Testing

@testable import PGMeasuring
@testable import PGStatistics
@testable import PGVerdicts

@Suite("GateMeasurement")
struct GateMeasurementTests {
  /// A bound of 2, an improvement below 1; ten degrees of freedom.
  private func measurement(_ value: Double, error: Double, improvement: Double? = 1) -> GateMeasurement {
    GateMeasurement(
      scale: .absolute,
      estimate: SessionEstimate(value: value, standardError: error, degreesOfFreedom: 10, sessions: 14),
      bound: 2, improvement: improvement, figure: value, reference: 2)
  }

  // Student's t of 10 degrees: 2.764 for 1 %, 4.144 for 0.1 %.
  private let rates = ErrorRates(falseAlarm: 0.001, miss: 0.01)

  @Test("Regressed: the lower bound, at the false-alarm rate, is above what is allowed")
  func regressed() {
    #expect(measurement(3, error: 0.24).verdict(rates) == .regressed)
    #expect(measurement(3, error: 0.25).verdict(rates) == .inconclusive)
  }

  @Test("Within tolerance: the upper bound, at the rate of misses, is not above what is allowed")
  func within() {
    #expect(measurement(1.5, error: 0.18).verdict(rates) == .withinTolerance)
    #expect(measurement(1.5, error: 0.182).verdict(rates) == .inconclusive)
  }

  @Test("Improved: the upper bound, at the false-alarm rate, is below the improvement")
  func improved() {
    #expect(measurement(0.5, error: 0.12).verdict(rates) == .improved)
    #expect(measurement(0.5, error: 0.121).verdict(rates) == .withinTolerance)
    #expect(measurement(0.5, error: 0.12, improvement: nil).verdict(rates) == .withinTolerance)
  }

  @Test("What is exact is decided at the bound itself")
  func exact() {
    #expect(measurement(2, error: 0).verdict(rates) == .withinTolerance)
    #expect(measurement(2.0001, error: 0).verdict(rates) == .regressed)
  }

  @Test("The smallest excess that would have been shown is that of nine in ten")
  func sensitivity() throws {
    // t of 10 degrees for 10 %: 1.372.
    let excess = try #require(measurement(2, error: 0.1).smallestDetectable(rates))
    #expect(abs(excess - 0.1 * (4.1437 + 1.3722) / 2) < 1e-4)
  }
}

@Suite("SessionEstimate")
struct SessionEstimateTests {
  @Test("Errors of two measurements add up as squares, with the fewer degrees of freedom")
  func minus() {
    let now = SessionEstimate(value: 5, standardError: 3, degreesOfFreedom: 9, sessions: 12)
    let then = SessionEstimate(value: 2, standardError: 4, degreesOfFreedom: 5, sessions: 8)
    let exact = SessionEstimate(value: 2, standardError: 0, degreesOfFreedom: 1, sessions: 1)
    #expect(now.minus(then).value == 3 && now.minus(then).standardError == 5)
    #expect(now.minus(then).degreesOfFreedom == 5)
    #expect(now.minus(exact).degreesOfFreedom == 9 && now.minus(exact).standardError == 3)
  }

  @Test("One value has no error, and is refused")
  func tooFew() {
    #expect(throws: GateRefusal.self) { try SessionEstimate(of: [1]) }
  }
}
