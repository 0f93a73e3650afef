import PGDriver
import PGSystem
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How often each call is cancelled, and what is noted of it.
///
/// PGBENCH_CANCELLATIONS is the number for each phase of each call; with it, a line on each is printed.
struct StormTally {
  private static let given = ProcessInfo.processInfo.environment["PGBENCH_CANCELLATIONS"].flatMap { Int($0) }
  static let rounds = given ?? 40

  /// How long a cancelled call may take before it counts as hung.
  ///
  /// It tells nothing about speed: what the table below says is for that.
  static let limit = Slowness.limit

  let name: String
  /// The times from `cancel()` to the end of the call, those of calls that were done before left out.
  private var times: [Duration] = []
  private var results = 0
  private let start = ContinuousClock.now

  init(_ name: String) { self.name = name }

  mutating func note(_ time: Duration, isCancelled: Bool) {
    if isCancelled { times.append(time) } else { results += 1 }
  }

  /// Prints the distribution, if a number of cancellations was asked for.
  func report() {
    guard Self.given != nil else { return }
    let sorted = times.sorted()
    func percentile(_ share: Double) -> String {
      guard !sorted.isEmpty else { return "-" }
      let time = sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
      return "\((time / .milliseconds(1) * 100).rounded() / 100)"
    }
    let whole = ((ContinuousClock.now - start) / .seconds(1) * 10).rounded() / 10
    print(
      "| \(name) | cancelled \(times.count) | done \(results) | ms: median \(percentile(0.5)) "
        + "| 90 % \(percentile(0.9)) | 99 % \(percentile(0.99)) | longest \(percentile(1)) | s: \(whole) |")
  }
}

/// A random pause before a cancellation, many of them short.
struct StormDelay {
  private var generator = SeededGenerator(seed: .random(in: 0 ... .max))

  mutating func upTo(_ longest: Duration) -> Duration {
    let microseconds = max(1, Int(longest / .microseconds(1)))
    let bound = generator.number(below: 3) == 0 ? min(microseconds, 500) : microseconds
    return .microseconds(generator.number(below: bound))
  }
}
