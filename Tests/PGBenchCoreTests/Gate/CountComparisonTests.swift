import PGMeasuring
import PGStatistics
import Testing

@testable import PGVerdicts

@Suite("CountComparison")
struct CountComparisonTests {
  private let rates = ErrorRates(falseAlarm: 0.001, miss: 0.01)

  private func verdict(
    _ count: Int, _ others: Int, at look: Int = 5, isLast: Bool = true, fewest: Int = 7
  ) -> Verdict {
    CountComparison(count, against: others, sessions: 32, fewest: fewest).verdict(
      rates, at: Look(look, isLast: isLast), of: 6)
  }

  @Test(
    "So many more on the variant's side that chance gives them less often than the error rate is a regression"
  )
  func regressed() {
    // 2⁻¹⁰ is below a thousandth, and 2⁻⁹ is not.
    #expect(verdict(10, 0) == .regressed && verdict(10, 0, at: 0, isLast: false) == .regressed)
    #expect(verdict(9, 0) == .inconclusive)
    #expect(verdict(0, 40) == .withinTolerance)
  }

  @Test(
    "Too few to show it are suspect: two sessions against none, and of blocks what chance gives once in a hundred"
  )
  func suspicious() {
    func isSuspicious(_ count: Int, _ others: Int, fewest: Int) -> Bool {
      CountComparison(count, against: others, sessions: 32, fewest: fewest).isSuspicious
    }
    #expect(isSuspicious(2, 0, fewest: 2) && !isSuspicious(1, 0, fewest: 2) && !isSuspicious(4, 1, fewest: 2))
    #expect(isSuspicious(7, 0, fewest: 7) && !isSuspicious(6, 0, fewest: 7))
    #expect(
      isSuspicious(25, 9, fewest: 7) && !isSuspicious(22, 9, fewest: 7) && !isSuspicious(9, 25, fewest: 7))
  }

  @Test("What happens to both alike is within tolerance, but only when no more can come")
  func within() {
    for (count, others) in [(0, 0), (1, 0), (5, 4), (0, 3)] {
      #expect(
        verdict(count, others) == .withinTolerance
          && verdict(count, others, at: 2, isLast: false) == .inconclusive)
    }
  }

  @Test(
    "After two thirds of the looks, what is no more than the reference's, or next to nothing, needs no other")
  func late() {
    for look in 3...4 {
      for (count, others) in [(0, 0), (1, 0), (2, 0), (3, 1), (4, 4), (0, 9)] {
        #expect(verdict(count, others, at: look, isLast: false) == .withinTolerance, "\(count) to \(others)")
      }
      for (count, others) in [(3, 0), (5, 4), (9, 0)] {
        #expect(verdict(count, others, at: look, isLast: false) == .inconclusive, "\(count) to \(others)")
      }
      // Of slow sessions one may have been the first of several.
      #expect(verdict(1, 0, at: look, isLast: false, fewest: 2) == .inconclusive)
      #expect(verdict(0, 0, at: look, isLast: false, fewest: 2) == .withinTolerance)
    }
  }

  @Test(
    "Of several clients, whose order is a session's own, more slow sessions are needed to be suspicious",
    arguments: [(1, 3, true), (5, 3, false), (5, 8, true)])
  func clients(clients: Int, slow: Int, isSuspicious: Bool) throws {
    func blocks(_ variant: Variant) -> [Block] {
      (0..<32).map { session in
        let isSlow = variant == "b" && session < slow
        return Block(session: session, round: 0, operations: 10, elapsed: isSlow ? 1300 : 1000 + session)
      }
    }
    var samples = SampleSet(series: ["a", "b"].map { SampleSet.Series(variant: $0, blocks: blocks($0)) })
    samples.clients = clients
    let comparison = try CountComparison(
      Gate("b", .slowSessions, .reference("a", .percent(10))), of: "b", to: "a", in: samples,
      comparable: ["a": blocks("a"), "b": blocks("b")])
    #expect(comparison.count == slow && comparison.others == 0)
    #expect(comparison.isSuspicious == isSuspicious)
  }

  @Test("Sessions off by more than is allowed, and by more than sessions differ, are told by their side")
  func outliers() {
    let calm = (0..<30).map { 0.001 * Double($0 % 7 - 3) }
    let outliers = OutlyingSessions(calm + [0.2, 0.2, 0.06, -0.1, 0.03], allowance: .percent(5))
    #expect(outliers.slow == 3 && outliers.fast == 1)
    let noisy = (0..<30).map { 0.03 * Double($0 % 7 - 3) }
    #expect(OutlyingSessions(noisy + [0.2], allowance: .percent(5)).slow == 0)
    #expect(OutlyingSessions([], allowance: .percent(5)) == OutlyingSessions([0.3], allowance: .percent(5)))
  }
}
