import Testing

@testable import PGStatistics

@Suite("SignTest")
struct SignTestTests {
  // SciPy's binom.sf(count - 1, all, 0.5).
  @Test(
    "The probability of at least so many of all is the binomial distribution's",
    arguments: [
      (4, 0, 0.0625), (16, 0, 1.52587890625e-05), (10, 3, 0.046142578125), (600, 500, 0.0014097724957182142),
    ])
  func reference(count: Int, others: Int, probability: Double) {
    #expect(abs(SignTest(count, against: others).probability / probability - 1) < 1e-9)
  }

  @Test("Nothing on the side in question is no surprise, however many the other has")
  func none() {
    #expect(SignTest(0, against: 0).probability == 1)
    #expect(SignTest(0, against: 40).probability == 1)
  }

  @Test("Numbers whose terms are too small for a Double have one all the same")
  func many() {
    #expect(abs(SignTest(2000, against: 2000).probability - 0.5063) < 1e-4)
    #expect(SignTest(3000, against: 1000).probability < 1e-200)
  }
}
