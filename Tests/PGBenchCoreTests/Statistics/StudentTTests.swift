import Testing

@testable import PGStatistics

@Suite("StudentT")
struct StudentTTests {
  @Test("Degrees of freedom that a damaged file may hold are taken as the nearest that can be")
  func extremes() {
    func quantile(_ degrees: Int) -> Double {
      StudentT.twoSidedQuantile(confidence: 0.95, degreesOfFreedom: degrees)
    }
    #expect(quantile(.min) == quantile(1) && quantile(0) == quantile(1))
    #expect(quantile(.max) == quantile(10_000))
    #expect(abs(quantile(.max) - 1.96) < 0.001)
  }

  @Test("Quantiles agree with SciPy")
  func quantiles() {
    for reference in ReferenceNumbers.studentT {
      let t = StudentT.twoSidedQuantile(
        confidence: reference.confidence, degreesOfFreedom: reference.degrees)
      #expect(abs(t / reference.t - 1) < 1e-9, "\(reference)")
    }
  }

  // SciPy: the δ at which nct.sf(t.isf(rate, degrees), degrees, δ) is the power.
  @Test(
    "The excess that nine in ten measurements show agrees with SciPy's noncentral t",
    arguments: [
      (4.8e-7, 5, 39.092239115), (0.001, 10, 5.789137788), (1e-5, 19, 7.290648326), (0.025, 3, 5.013790639),
      (0.01, 1, 52.365930504), (1e-4, 500, 5.035422716),
    ])
  func noncentrality(rate: Double, degrees: Int, expected: Double) {
    let quantile = StudentT.twoSidedQuantile(confidence: 1 - 2 * rate, degreesOfFreedom: degrees)
    let excess = StudentT.noncentrality(beyond: quantile, power: 0.9, degreesOfFreedom: degrees)
    #expect(abs(excess / expected - 1) < 1e-5)
  }
}
