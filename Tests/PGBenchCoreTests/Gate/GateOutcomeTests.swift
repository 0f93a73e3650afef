import PGBenchCore
import Testing

@Suite("GateOutcome")
struct GateOutcomeTests {
  @Test("A failed gate's message has both medians, ratio, interval, tolerance, rounds and sessions")
  func message() {
    let outcome = GateOutcome(
      gate: "async not slower than sync by more than 10 %", verdict: .failed,
      figures: GateOutcome.Figures(
        pair: VariantPair(.async, against: .sync), variantMedian: .nanoseconds(27_120),
        referenceMedian: .nanoseconds(23_940), tolerance: .percent(10),
        estimate: RatioEstimate(
          ratio: 1.134, low: 1.121, high: 1.147, confidence: 0.95, sessions: 8, rounds: 1)))
    #expect(
      outcome.description == """
        Gate failed: async not slower than sync by more than 10 %. \
        Median per operation: async 27.1 µs, sync 23.9 µs. \
        Paired time ratio async ÷ sync: 1.134, 95 % interval 1.121 to 1.147; \
        tolerance 10 % (at most 1.1). Measured in 1 round over 8 sessions.
        """)
  }
}
