import PGStatistics
import Testing

@testable import PGVerdicts

@Suite("FalseAlarmBudget")
struct FalseAlarmBudgetTests {
  @Test("A comparison's gates take the shares that were planned")
  func planned() {
    var budget = FalseAlarmBudget(rate: 0.01)
    let parts = (0..<30).map { _ in budget.take(share: 1.0 / 30) }
    #expect(parts.allSatisfy { abs($0 - 0.01 / 30) < 1e-12 })
    #expect(budget.gates == 30 && abs(budget.spent - 0.01) < 1e-12)
  }

  @Test("Each test has a part as its gates are of all, whichever comes first")
  func tests() {
    for order in [["a", "b"], ["b", "a"]] {
      var budget = FalseAlarmBudget(rate: 0.01)
      budget.expect(["a": 4, "b": 14])
      var parts: [String: [Double]] = [:]
      for test in order {
        parts[test] = (0..<(test == "a" ? 4 : 14)).map { _ in budget.take(of: test) }
      }
      // Nine tenths of the whole are the tests', and of each part nine tenths the gates' that were expected.
      for part in parts.values.joined() { #expect(abs(part - 0.01 * 0.9 * 0.9 / 18) < 1e-12) }
    }
  }

  @Test(
    "However many come that nothing announced, no part is 0, all together keep the rate, and no other test loses"
  )
  func surprises() {
    var budget = FalseAlarmBudget(rate: 0.01)
    budget.expect(["a": 2, "b": 2])
    let parts =
      (0..<10_000).map { _ in budget.take(of: "a") } + (0..<10_000).map { _ in budget.take(of: "c") }
    #expect(parts.allSatisfy { $0 > 0 } && budget.least == parts.min())
    #expect(budget.spent <= 0.01 * (0.45 + 0.1))
    #expect(abs(budget.take(of: "b") - 0.01 * 0.9 * 0.9 / 4) < 1e-12)
  }

  @Test("A few gates more than expected have little less than those: power is lost slowly")
  func fewMore() {
    var budget = FalseAlarmBudget(rate: 0.01)
    budget.expect(["a": 8])
    let parts = (0..<24).map { _ in budget.take(of: "a") }
    #expect(parts[8] * 20 > parts[0] && parts[23] * 80 > parts[0])
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0 >= $1 })
  }
}
