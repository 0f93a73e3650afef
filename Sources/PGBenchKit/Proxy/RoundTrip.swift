import PGBenchHost
import PGMeasuring

/// The time that a message and its answer spend on the way to a far server and back.
struct RoundTrip: Sendable, Hashable, CustomStringConvertible {
  let duration: Duration

  /// Beyond this, libpq's own time-outs decide, not the distance.
  static let longest: Duration = .seconds(10)

  /// Refuses what is no distance.
  func validate() throws(BenchmarkError) {
    guard duration > .zero, duration <= Self.longest else {
      throw BenchmarkError(
        "A round trip of \(duration) can't be added: it must be more than 0 and at most \(Self.longest), such as "
          + ".roundTrip(.milliseconds(1)).")
    }
  }

  /// Nanoseconds from the client to the server.
  var forth: Int { duration.wholeNanoseconds / 2 }
  /// Nanoseconds from the server to the client.
  var back: Int { duration.wholeNanoseconds - forth }

  /// Such as `round trip of 1.00 ms added`.
  var description: String { "round trip of \(Format.duration(duration)) added" }
}
