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

@Suite("FalseAlarmBudget")
struct FalseAlarmBudgetTests {
  @Test("As many gates as were expected share nine tenths alike")
  func planned() {
    var budget = FalseAlarmBudget(rate: 0.01)
    let parts = (0..<30).map { budget.take(expected: 30 - $0) }
    #expect(parts.allSatisfy { abs($0 - 0.0003) < 1e-12 })
    #expect(budget.gates == 30 && abs(budget.spent - 0.009) < 1e-12)
  }

  @Test("However many come that nobody expected, the whole is not exceeded, and each has something")
  func surprises() {
    var budget = FalseAlarmBudget(rate: 0.01)
    _ = budget.take(expected: 1)
    let parts = (0..<10_000).map { _ in budget.take(expected: 0) }
    #expect(parts.allSatisfy { $0 > 0 } && parts[0] > parts[1])
    #expect(budget.spent <= 0.01)
  }

  @Test("Where more is expected later on, the later gates share what is left")
  func revised() {
    var budget = FalseAlarmBudget(rate: 0.01)
    let first = budget.take(expected: 2)
    let rest = (0..<5).map { budget.take(expected: 5 - $0) }
    #expect(abs(first - 0.0045) < 1e-12 && rest.allSatisfy { abs($0 - 0.0009) < 1e-12 })
  }
}
