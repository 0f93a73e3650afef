import PGSystem
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Slowdowns that the typical operation doesn't have.
enum PlantedShape: String, CaseIterable, CustomTestStringConvertible {
  case tail = "every 50th + 0.2 ms"
  case rare = "every 200th + 5 ms"
  case sessions = "one session in four + 10 %"

  var testDescription: String { rawValue }

  /// Whether it is a matter of sessions, of which a case has few.
  var isOfSessions: Bool { self == .sessions }

  /// Of how many sessions one is slow; 0 for none.
  var slowSessions: Int { self == .sessions ? 4 : 0 }

  func wait(_ index: Int, isSlow: Bool) {
    switch self {
    case .tail: if index % 50 == 7 { Self.spin(200_000) }
    case .rare: if index % 200 == 7 { usleep(5000) }
    case .sessions: if isSlow { Self.spin(2_200) }
    }
  }

  private static func spin(_ nanoseconds: Int) {
    let end = MonotonicClock.now() + nanoseconds
    while MonotonicClock.now() < end {}
  }
}

/// Backends of which some are slow, each for its whole life.
final class SlowBackends: Sendable {
  private let oneIn: Int
  private let known = Lock<(backend: Int32, isSlow: Bool)>((0, false))

  init(oneIn: Int) { self.oneIn = oneIn }

  func contains(_ backend: Int32) -> Bool {
    guard oneIn > 0 else { return false }
    return known.withLock { known in
      if known.backend != backend { known = (backend, Int.random(in: 0..<oneIn) == 0) }
      return known.isSlow
    }
  }
}
