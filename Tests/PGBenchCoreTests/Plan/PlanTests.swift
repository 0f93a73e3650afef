import PGStatistics
import Testing

@testable import PGMeasuring

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

  @Test("A duration beyond an Int of nanoseconds is the greatest or the least of them")
  func nanoseconds() {
    #expect(Duration.milliseconds(-1500).wholeNanoseconds == -1_500_000_000)
    #expect(
      Duration(secondsComponent: 1, attosecondsComponent: 999_999_999).wholeNanoseconds == 1_000_000_000)
    #expect(Duration.nanoseconds(Int.min).wholeNanoseconds == .min)
    #expect(Duration.nanoseconds(Int.max).wholeNanoseconds == .max)
    #expect(Duration.seconds(9_223_372_037).wholeNanoseconds == .max)
    #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
    #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
  }

  @Test(
    "A budget that measures nothing, or for longer than a day, has a problem",
    arguments: [
      (Budget.rounds(1), nil), (.time(.milliseconds(1)), nil), (.untilDecided(atMost: .seconds(86_400)), nil),
      (.untilHalfWidth(.percent(0.5), atMost: .seconds(1)), nil), (.rounds(0), "0 rounds"),
      (.rounds(-3), "-3 rounds"),
      (.time(.zero), "measures nothing"), (.untilDecided(atMost: .seconds(-1)), "-1.0 seconds"),
      (.time(.seconds(Int64.max)), "too long"), (.untilHalfWidth(.percent(0), atMost: .seconds(1)), "0 %"),
      (.untilHalfWidth(.percent(.infinity), atMost: .seconds(1)), "inf %"),
      (.untilHalfWidth(.percent(1), atMost: .zero), "measures nothing"),
    ] as [(Budget, String?)])
  func budgets(budget: Budget, words: String?) {
    #expect((budget.problem == nil) == (words == nil))
    if let words { #expect(budget.problem?.contains(words) == true, "\(budget.problem ?? "")") }
  }

  @Test("A warm-up may be none, but not less, nor longer than a day")
  func warmUps() {
    for warmUp in [WarmUp.automatic, .operations(0), .time(.zero), .time(.seconds(1))] {
      #expect(warmUp.problem == nil)
    }
    for warmUp in [WarmUp.operations(-1), .time(.seconds(-1)), .time(.seconds(Int64.max))] {
      #expect(warmUp.problem != nil)
    }
  }

  @Test(
    "A tolerance that leaves no time, or is no number, means nothing",
    arguments: [-100, -Double.infinity, Double.nan])
  func meaningless(percent: Double) {
    #expect(!Tolerance.percent(percent).isMeaningful)
  }
}
