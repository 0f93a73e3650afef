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
}
