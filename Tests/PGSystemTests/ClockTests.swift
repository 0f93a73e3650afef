import Testing

@testable import PGSystem

@Suite("An instant of the monotonic clock")
struct MonotonicInstantTests {
  @Test("moved by a duration is that far away", arguments: [0, 1, -1, 1_500_000_001, 86_400_000_000_000])
  func moved(nanoseconds: Int) {
    let now = MonotonicInstant.now
    let moved = now + .nanoseconds(nanoseconds)
    #expect(now.duration(to: moved) == .nanoseconds(nanoseconds))
    #expect((now < moved) == (nanoseconds > 0))
  }

  @Test("moved by more than the clock holds stays at the end of time")
  func endless() {
    let now = MonotonicInstant.now
    #expect(now + .seconds(Int64.max) > now + .seconds(9_000_000_000))
    #expect(now + .seconds(9_223_372_036) > now)
    #expect(now + .seconds(Int64.min) < now)
  }

  @Test("comes after those before it")
  func order() {
    let first = MonotonicInstant.now
    #expect(MonotonicInstant.now >= first)
  }
}
