public import Testing

/// Puts the server as far away as another data centre's, or another continent's.
public struct RoundTripTrait: BenchmarkSettingTrait {
  let roundTrip: RoundTrip
}

extension Trait where Self == RoundTripTrait {
  /// The measured connections go through a proxy that adds so much to the way to the server and back; none
  /// unless it is given.
  ///
  /// It delays every byte by half of that in each direction, for all variants alike, and doesn't limit the
  /// bandwidth. More than 0 and at most 10 s, or the case fails with a `BenchmarkError`; so it does if the
  /// server isn't on a Unix socket.
  public static func roundTrip(_ duration: Duration) -> RoundTripTrait {
    RoundTripTrait(roundTrip: RoundTrip(duration: duration))
  }
}
