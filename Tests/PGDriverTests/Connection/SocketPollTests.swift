import PGSystem
import Testing

@testable import PGDriver

@Suite("The time until a deadline")
struct WaitTimeTests {
  @Test(
    "is whole milliseconds, rounded up, so that nobody wakes too soon, and none below 0",
    arguments: [
      (.zero, 0), (.nanoseconds(1), 1), (.microseconds(999), 1), (.milliseconds(1), 1),
      (.microseconds(1001), 2), (.seconds(2), 2000), (.milliseconds(-5), 0), (.seconds(-5), 0),
      (.seconds(1_000_000_000), 1_000_000_000),
    ] as [(Duration, Int32)])
  func milliseconds(wait: Duration, expected: Int32) {
    let now = MonotonicInstant.now
    #expect(now.milliseconds(until: now + wait) == expected)
  }
}
