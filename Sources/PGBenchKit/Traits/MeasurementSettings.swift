import PGBenchHost
public import PGMeasuring
public import PGServer
public import Testing

// How a case is measured, and on what.
extension Trait where Self == BenchmarkSetting {
  /// Every variant of every case works in a database of its own, cloned from a template that holds the
  /// fixture.
  public static func postgres(_ fixture: Fixture) -> Self { Self { $0.fixture = fixture } }

  /// How long a case is measured; the profile's choice unless it is given.
  public static func budget(_ budget: Budget) -> Self { Self { $0.budget = budget } }

  /// What is run before a case is measured; `automatic` unless it is given.
  public static func warmup(_ warmUp: WarmUp) -> Self { Self { $0.warmUp = warmUp } }

  /// On which CPUs a case runs; `automatic` unless it is given.
  public static func placement(_ placement: Placement) -> Self { Self { $0.placement = placement } }

  /// The measured connections go through a proxy that adds so much to the way to the server and back; none
  /// unless it is given.
  ///
  /// It delays every byte by half of that in each direction, for all variants alike, and doesn't limit the
  /// bandwidth. More than 0 and at most 10 s, or the case fails with a `BenchmarkError`; so it does if the
  /// server isn't on a Unix socket.
  public static func roundTrip(_ duration: Duration) -> Self {
    Self { $0.roundTrip = RoundTrip(duration: duration) }
  }

  /// Reports how far a counter moves with each operation of a variant, beside the kit's own metrics.
  ///
  /// - Parameter name: The name in tables and reports; one of the kit's own names or of a nearer trait wins.
  /// - Parameter unit: What the counter counts.
  /// - Parameter counter: The counter's present value, which should never fall. Read before and after each
  ///   block, from any thread.
  public static func metric(
    _ name: String, unit: Metric.Unit = .count, counter: @escaping @Sendable () -> Double
  ) -> Self {
    Self { $0.add(CustomMetric(metric: Metric(name, unit: unit), read: counter)) }
  }
}
