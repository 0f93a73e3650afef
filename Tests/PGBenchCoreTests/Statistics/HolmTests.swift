import PGSystem
import Testing

@testable import PGStatistics

@Suite("Holm")
struct HolmTests {
  @Test("Each finding has to be as rare as those that are left allow, and the first that isn't ends it")
  func steps() {
    #expect(Holm.holding([0.01, 0.04, 0.03, 0.005]) == [0, 3])
    #expect(Holm.holding([0.02, 0.02, 0.02]) == [])
    #expect(Holm.holding([0.01, 0.02, 0.05]) == [0, 1, 2])
    #expect(Holm.holding([]) == [])
  }

  @Test("An interval that just excludes 1 is as rare as its confidence says", arguments: [2, 8, 16, 33])
  func chance(sessions: Int) throws {
    let values = (0..<sessions).map { 0.01 * Double($0 % 5) }
    let mean = try #require(TrimmedMean(of: values))
    let halfWidth = mean.halfWidth(confidence: 0.95)
    let estimate = RatioEstimate(
      ratio: Elementary.exp(halfWidth), low: 1, high: Elementary.exp(2 * halfWidth), confidence: 0.95,
      sessions: sessions, rounds: 100)
    #expect(abs(estimate.chance - 0.05) < 1e-9)
  }

  @Test("Of tables of twenty equal variants, at most one in twenty names a winner")
  func tables() {
    var named = 0
    for table in 0..<400 {
      var generator = Seed(UInt64(table)).generator
      let chances = (0..<20).map { _ in
        let mean = TrimmedMean(of: (0..<8).map { _ in generator.gaussian() })
        guard let mean else { return 1.0 }
        return 1 - StudentT.share(of: mean.mean / mean.standardError, degreesOfFreedom: mean.degreesOfFreedom)
      }
      if !Holm.holding(chances).isEmpty { named += 1 }
    }
    #expect((4...32).contains(named), "\(named) of 400")
  }
}
