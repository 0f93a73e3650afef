import Testing

@testable import PGBenchCore

@Suite("StudentT")
struct StudentTTests {
  @Test("Quantiles agree with SciPy")
  func quantiles() {
    for reference in ReferenceNumbers.studentT {
      let t = StudentT.twoSidedQuantile(
        confidence: reference.confidence, degreesOfFreedom: reference.degrees)
      #expect(abs(t / reference.t - 1) < 1e-9, "\(reference)")
    }
  }
}
