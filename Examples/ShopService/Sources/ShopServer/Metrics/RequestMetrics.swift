import Synchronization

/// What has come of requests, route by route.
final class RequestMetrics: Sendable {
  /// An operation of the API.
  struct Route: Hashable, Sendable {
    let method: String
    let path: String
  }

  /// A route and the status that it ended with.
  struct Outcome: Hashable, Sendable {
    let route: Route
    let status: Int
  }

  /// Everything at one moment.
  struct Snapshot: Sendable {
    var requests: [Outcome: Int] = [:]
    var durations: [Route: Histogram] = [:]
  }

  private let state = Mutex(Snapshot())

  /// Adds a request.
  func record(_ route: Route, status: Int, seconds: Double) {
    state.withLock {
      $0.requests[Outcome(route: route, status: status), default: 0] += 1
      $0.durations[route, default: Histogram()].add(seconds)
    }
  }

  /// What was added until now.
  var snapshot: Snapshot { state.withLock { $0 } }
}

/// How many durations lie in which range.
struct Histogram: Equatable, Sendable {
  /// The upper bounds of the buckets, in seconds; beyond them there is one more, without a bound.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  /// How many lie in each bucket alone.
  private(set) var counts = Array(repeating: 0, count: bounds.count + 1)
  /// The sum of all.
  private(set) var sum = 0.0

  /// Adds a duration.
  mutating func add(_ seconds: Double) {
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    sum += seconds
  }
}
