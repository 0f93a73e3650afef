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
