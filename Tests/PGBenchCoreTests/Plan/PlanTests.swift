import PGBenchCore
import Testing

@Suite("Plan values")
struct PlanTests {
  @Test("A string literal is a variant, and equal names are equal variants")
  func variants() {
    let literal: Variant = "sync"
    #expect(literal == .sync)
    #expect(Variant.async.description == "async")
  }

  @Test("All variants are compared with the first")
  func pairs() {
    let pairs = VariantPair.againstFirst(of: [.sync, .async, "pipelined"])
    #expect(pairs == [VariantPair(.async, against: .sync), VariantPair("pipelined", against: .sync)])
    #expect(VariantPair.againstFirst(of: []).isEmpty)
    #expect(pairs[0].swapped == VariantPair(.sync, against: .async))
  }

  @Test("A case is described by suite, test and count")
  func identity() {
    let identity = CaseIdentity(suite: "Users", test: "Find", operations: 1000)
    #expect(identity.description == "Users / Find / 1000")
  }

  @Test(
    "A tolerance says what ratio it allows",
    arguments: [(10, 1.1, "10 %"), (0, 1, "0 %"), (2.5, 1.025, "2.5 %"), (-5, 0.95, "-5 %")])
  func tolerance(percent: Double, ratio: Double, text: String) {
    let tolerance = Tolerance.percent(percent)
    #expect(abs(tolerance.greatestRatio - ratio) < 1e-12)
    #expect(tolerance.description == text)
    #expect(tolerance.isMeaningful)
  }

  @Test(
    "A tolerance that leaves no time, or is no number, means nothing",
    arguments: [-100, -Double.infinity, Double.nan])
  func meaningless(percent: Double) {
    #expect(!Tolerance.percent(percent).isMeaningful)
  }
}
