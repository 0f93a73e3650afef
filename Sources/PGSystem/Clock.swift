/// The clock of all measurements: nanoseconds since an arbitrary point, never set back.
///
/// On Linux CLOCK_MONOTONIC, which the C library reads without a system call; on Apple's systems
/// CLOCK_UPTIME_RAW.
public enum MonotonicClock {
  /// Nanoseconds on the clock.
  @inlinable @inline(__always)
  public static func now() -> Int {
    #if canImport(Darwin)
      Int(clock_gettime_nsec_np(CLOCK_UPTIME_RAW))
    #else
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
    #endif
  }
}

/// A point in time on the system's monotonic clock, for deadlines.
///
/// In place of `ContinuousClock.Instant`, whose layout only the standard library knows: to copy an optional
/// one takes calls into the runtime, which a query through a pool would make by the dozen.
public struct MonotonicInstant: InstantProtocol, Sendable {
  /// Nanoseconds since an arbitrary point.
  @usableFromInline let nanoseconds: Int64

  /// The present.
  @inlinable public static var now: MonotonicInstant {
    MonotonicInstant(nanoseconds: Int64(MonotonicClock.now()))
  }

  @usableFromInline init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Later by a duration; one of centuries leads to the end of time.
  @inlinable public func advanced(by duration: Duration) -> MonotonicInstant {
    let (seconds, attoseconds) = duration.components
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let end: Int64 = seconds < 0 ? .min : .max
    guard !isTooLong else { return MonotonicInstant(nanoseconds: end) }
    let (sum, isTooLate) = nanoseconds.addingReportingOverflow(whole &+ attoseconds / 1_000_000_000)
    return MonotonicInstant(nanoseconds: isTooLate ? end : sum)
  }

  /// How long it is from here to there.
  @inlinable public func duration(to other: MonotonicInstant) -> Duration {
    .nanoseconds(other.nanoseconds &- nanoseconds)
  }

  /// Whether a is earlier.
  @inlinable public static func < (a: MonotonicInstant, b: MonotonicInstant) -> Bool {
    a.nanoseconds < b.nanoseconds
  }

  /// Later by a duration.
  @inlinable public static func + (instant: MonotonicInstant, duration: Duration) -> MonotonicInstant {
    instant.advanced(by: duration)
  }
}
