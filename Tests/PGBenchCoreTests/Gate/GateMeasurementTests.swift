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
    // Of two that were never the same, the better one has not improved.
    #expect(measurement(0.5, error: 0.12).verdict(rates, expectingNoChange: false) == .withinTolerance)
  }

  @Test("What is exact is decided at the bound itself")
  func exact() {
    #expect(measurement(2, error: 0).verdict(rates) == .withinTolerance)
    #expect(measurement(2.0001, error: 0).verdict(rates) == .regressed)
  }

  @Test(
    "A fraction that equals its limit in every session is kept: exact means exact", arguments: 0...30,
    [2, 7, 32])
  func exactFraction(tenths: Int, sessions: Int) throws {
    let value = Double(tenths) / 10
    let estimate = try SessionEstimate(of: Array(repeating: value, count: sessions))
    for scale in [GateMeasurement.Scale.absolute, .difference] {
      let exact = GateMeasurement(
        scale: scale, estimate: estimate, bound: value, improvement: nil, figure: value, reference: value)
      #expect(exact.verdict(rates) == .withinTolerance)
    }
  }

  @Test("What can't be shown is suspect at the last look: halfway to the bound, or beyond it")
  func suspect() {
    let look = (last: Look(3, isLast: true), other: Look(1, isLast: false))
    for (value, isSuspect) in [(0.9, false), (1.1, true), (2.5, true)] {
      let measurement = GateMeasurement(
        scale: .logRatio,
        estimate: SessionEstimate(value: value, standardError: 1, degreesOfFreedom: 10, sessions: 14),
        bound: 2,
        improvement: nil, figure: 1, reference: 1)
      #expect(measurement.verdict(rates) == .inconclusive && measurement.isSuspicious() == isSuspect)
      #expect(measurement.isSuspicious(expectingNoChange: false) == (value > 2))
      let verdict = measurement.verdict(rates).final(at: look.last, isSuspicious: measurement.isSuspicious())
      #expect(verdict == (isSuspect ? .suspect : .inconclusive))
      #expect(
        measurement.verdict(rates).final(at: look.other, isSuspicious: measurement.isSuspicious())
          == .inconclusive)
    }
  }

  @Test("The smallest excess that would have been shown is that of nine in ten")
  func sensitivity() throws {
    // SciPy's noncentral t of 10 degrees is beyond 4.1437 in nine of ten from 5.7891 on.
    let excess = try #require(measurement(2, error: 0.1).smallestDetectable(rates))
    #expect(abs(excess - 0.1 * 5.7891 / 2) < 1e-4)
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
