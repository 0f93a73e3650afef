import PGStatistics
import PGVerdicts
import Testing

@Suite("AlphaSpending")
struct AlphaSpendingTests {
  @Test("The shares of all looks add up to the whole, and grow")
  func sum() {
    let spending = AlphaSpending(looks: 4)
    let shares = (0..<4).map { spending.share(of: $0, isLast: $0 == 3) }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    #expect(shares[0] == 1.0 / 64 && shares[1] == 7.0 / 64 && shares == shares.sorted())
  }

  @Test("A last look takes what later ones would have spent")
  func early() {
    #expect(AlphaSpending(looks: 4).share(of: 1, isLast: true) == 63.0 / 64)
    #expect(AlphaSpending(looks: 1).share(of: 0, isLast: true) == 1)
    #expect(AlphaSpending(looks: 0).share(of: 0, isLast: true) == 1)
  }
}
