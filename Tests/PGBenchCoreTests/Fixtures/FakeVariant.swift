import PGMeasuring
import Synchronization

/// A variant that takes a fixed time on a clock that only moves when a variant runs.
final class FakeVariant: SampledVariant {
  enum Event: Equatable {
    case begin, end
    case run(first: Int, operations: Int)
  }

  let variant: Variant
  private let nanoseconds: Int
  private let clock: FakeClock
  private let failsAt: Int?
  /// How much longer an operation takes, by how many have run in the session.
  private let start: @Sendable (_ operations: Int) -> Int
  /// How long it takes to connect, by how many times it has.
  private let opening: @Sendable (_ openings: Int) -> Int
  /// Whether a block is disturbed, by how many have run.
  private let isDisturbed: @Sendable (_ blocks: Int) -> Bool
  private let log = Mutex<[Event]>([])

  init(
    _ variant: Variant, nanoseconds: Int, clock: FakeClock, failsAt: Int? = nil,
    start: @escaping @Sendable (Int) -> Int = { _ in 0 },
    opening: @escaping @Sendable (Int) -> Int = { _ in 0 },
    isDisturbed: @escaping @Sendable (Int) -> Bool = { _ in false }
  ) {
    self.variant = variant
    self.nanoseconds = nanoseconds
    self.clock = clock
    self.failsAt = failsAt
    self.start = start
    self.opening = opening
    self.isDisturbed = isDisturbed
  }

  struct Failure: Error {}

  var events: [Event] { log.withLock { $0 } }

  func beginSession(_ session: Int) async throws {
    let openings = log.withLock { log in
      log.append(.begin)
      return log.count { $0 == .begin }
    }
    clock.advance(opening(openings))
  }
  func endSession() async { log.withLock { $0.append(.end) } }

  func run(first: Int, operations: Int, rate: ArrivalRate?) async throws -> BlockTiming {
    if let failsAt, first + operations > failsAt { throw Failure() }
    let (blocks, ran) = log.withLock { log in
      let inSession = log.reversed().prefix { $0 != .begin }
      let ran = inSession.reduce(0) { if case .run(_, let operations) = $1 { $0 + operations } else { $0 } }
      log.append(.run(first: first, operations: operations))
      return (log.count, ran)
    }
    let latency = nanoseconds + start(ran)
    clock.advance(latency * operations)
    return BlockTiming(
      elapsed: latency * operations, latencies: Array(repeating: latency, count: operations),
      usage: [.clientCPU: Double(operations)], disturbance: isDisturbed(blocks) ? "checkpoint" : nil)
  }
}

/// A clock that moves when it is told to.
final class FakeClock: Sendable {
  private let time = Mutex(0)
  func advance(_ nanoseconds: Int) { time.withLock { $0 += nanoseconds } }
  var now: Int { time.withLock { $0 } }
}
