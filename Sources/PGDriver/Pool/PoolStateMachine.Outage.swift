import PGSystem

extension PoolStateMachine {
  /// A time in which attempts to connect fail: one probe after the other, with growing pauses.
  struct Outage: Sendable {
    let since: Instant
    private(set) var failures = 0
    private(set) var lastFailure: Instant
    private(set) var retryAt: Instant

    init(since now: Instant) {
      since = now
      lastFailure = now
      retryAt = now
    }

    /// Whether an attempt belongs to it: attempts were made until now, one after the other.
    ///
    /// - Parameter patience: How long after its time an attempt may begin.
    func lasts(at start: Instant, patience: Duration) -> Bool { start < retryAt.advanced(by: patience) }

    /// Counts a failed attempt; attempts that were under way together count as one.
    ///
    /// The pause doubles from attempt to attempt, and is shortened by up to a fifth at random so that many
    /// pools do not come back to a restarted server in step.
    mutating func count(
      attemptBegunAt start: Instant, at now: Instant, delay: ClosedRange<Duration>,
      using random: inout SplitMix64
    ) {
      guard failures == 0 || start > lastFailure else { return }
      let doublings = min(failures, 30)
      failures += 1
      lastFailure = now
      let pause = min(delay.lowerBound * (1 << doublings), delay.upperBound)
      retryAt = now.advanced(by: pause * (1 - random.unitInterval() / 5))
    }
  }

  /// Steele, Lea and Flood's generator ("Fast splittable pseudorandom number generators", OOPSLA 2014).
  ///
  /// Carried in the state, so that the machine's decisions follow from its seed.
  struct SplitMix64: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    mutating func unitInterval() -> Double {
      Double(next() >> 11) * 0x1p-53
    }
  }
}
