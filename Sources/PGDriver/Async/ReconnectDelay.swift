/// How long to wait before the next attempt to connect: longer after each failure, up to a bound, and at
/// random.
///
/// Half of the pause is drawn, so that those that lost one server don't come back to it in step: "equal
/// jitter" of Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
struct ReconnectDelay: Sendable {
  let bounds: ClosedRange<Duration>
  private var failures = 0

  init(_ bounds: ClosedRange<Duration>) { self.bounds = bounds }

  /// Begins anew, for a connection has lasted.
  mutating func reset() { failures = 0 }

  /// The next pause.
  mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
    let pause = min(bounds.lowerBound * (1 << min(failures, 30)), bounds.upperBound)
    failures += 1
    return pause * Double.random(in: 0.5...1, using: &random)
  }
}
