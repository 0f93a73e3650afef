import PGDriver
import PGMeasuring
import PGSystem
import PGVerdicts
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A program that speaks the protocol by itself, which `HostileProgramTests` runs as both sides of a comparison; the head may lie.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["PGBENCH_SCENARIO"] == "hostile"))
struct HostilePrograms {
  private static let environment = ProcessInfo.processInfo.environment
  private static let lie =
    environment["PGBENCH_WORKER_SIDE"] == "head" ? environment["PGBENCH_SCENARIO_HEAD"] ?? "" : ""

  private static let place = CasePlace(suites: ["Hostile"], test: "A case", function: nil, arguments: [])

  @Test func speak() async throws {
    let (over, leave) = AsyncStream.makeStream(of: Void.self)
    let passed = Lock(0)
    let channel = try Self.channel { line, channel in
      guard let request: WorkerRequest = try? WorkerProtocol.message(from: line) else { return }
      switch request {
      case .skip, .finish:
        // What goes on and on says nothing in between.
        if ["a flood of cases", "a line without an end"].contains(Self.lie) { return }
        let passes = passed.withLock { number in
          number += 1
          return number
        }
        if Self.lie == "a case twice", passes == 1 { return }
        Self.say(.ended(CaseEnding(place: Self.place, problem: nil, benchmarks: 1)), on: channel)
        leave.finish()
      case .begin, .open, .close, .beginCounting: Self.say(.done, on: channel)
      case .count: Self.say(.counted([]), on: channel)
      case .run(_, _, let operations, _): Self.answer(operations, on: channel)
      }
    } onEnd: {
      leave.finish()
    }
    if Self.lie == "another's hello" { try Self.callAsTheBase() }
    Self.say(.hello(Self.hello(Self.environment[WorkerProtocol.tokenVariable])), on: channel)
    if Self.lie == "two hellos" {
      let second = try Self.channel { _, _ in }
      Self.say(.hello(Self.hello(Self.environment[WorkerProtocol.tokenVariable])), on: second)
    }
    Self.arrive(on: channel)
    for await _ in over {}
    channel.close()
  }

  private static func arrive(on channel: LineChannel) {
    say(.began(place), on: channel)
    if lie == "an end of nothing" {
      say(
        .ended(
          CaseEnding(
            place: CasePlace(suites: ["x"], test: "y", function: nil, arguments: []), problem: nil,
            benchmarks: 1)), on: channel)
    }
    let arrival = WorkerCase(
      identity: place.identity(operations: lie == "a senseless case" ? -5 : 100, call: 1), variants: [.sync],
      clients: 1,
      operationsPerIteration: 1, budget: lie == "an endless budget" ? .time(.seconds(Int64.max)) : nil,
      warmUp: .operations(1), tolerance: nil, fixture: "empty", fixtureScript: "", placement: "anywhere",
      source: nil,
      filter: "PGBenchCommandTests.HostilePrograms/speak")
    say(.arrived(arrival), on: channel)
    if lie == "a case twice" { say(.arrived(arrival), on: channel) }
    while lie == "a flood of cases" { say(.arrived(arrival), on: channel) }
    while lie == "a line without an end" { channel.send(Array(repeating: UInt8(ascii: "["), count: 1 << 20)) }
    if lie == "no JSON" { channel.send(Array("\u{1B}[2Jnonsense\n".utf8)) }
  }

  /// Takes some microseconds for each operation, and says how many, or something else.
  private static func answer(_ operations: Int, on channel: LineChannel) {
    var latencies: [Int] = []
    let start = MonotonicClock.now()
    var last = start
    for _ in 0..<operations {
      let end = last + 5_000
      var now = MonotonicClock.now()
      while now < end { now = MonotonicClock.now() }
      latencies.append(now - last)
      last = now
    }
    let honest = last - start
    var timing = BlockTiming(elapsed: honest, latencies: latencies, usage: [.allocations: Double(operations)])
    switch lie {
    case "no time": timing = BlockTiming(elapsed: 0, latencies: latencies.map { _ in 0 })
    case "negative times": timing = BlockTiming(elapsed: -honest, latencies: latencies.map { -$0 })
    case "the greatest number": timing = BlockTiming(elapsed: .max, latencies: latencies.map { _ in .max })
    case "the least number": timing = BlockTiming(elapsed: .min, latencies: latencies.map { _ in .min })
    case "more time than passed":
      timing = BlockTiming(elapsed: honest * 1000, latencies: latencies.map { $0 * 1000 })
    case "fewer operations": timing = BlockTiming(elapsed: latencies[0], latencies: [latencies[0]])
    case "times that don't add up": timing = BlockTiming(elapsed: honest, latencies: latencies.map { _ in 1 })
    case "negative allocations":
      timing = BlockTiming(elapsed: honest, latencies: latencies, usage: [.allocations: -9])
    case "no times": return say(.done, on: channel)
    case "an infinite metric":
      let text = String(
        decoding: (try? WorkerProtocol.line(of: WorkerMessage.timed(timing))) ?? [], as: UTF8.self)
      return channel.send(
        Array(
          text.replacing("\"disturbance\"", with: "\"x\"").replacing(
            "\"elapsed\":", with: "\"elapsed\":1e400,\"y\":"
          ).utf8))
    case "two answers": say(.timed(timing), on: channel)
    default: break
    }
    say(.timed(timing), on: channel)
  }

  /// Says hello as the base, with a number that it guesses, and waits until it is hung up on.
  private static func callAsTheBase() throws {
    let isOver = Lock(false)
    let intruder = try channel({ _, _ in }, onEnd: { isOver.withLock { $0 = true } })
    say(.hello(hello("1-2", as: .base)), on: intruder)
    while !isOver.withLock({ $0 }) { usleep(1000) }
  }

  private static func hello(_ token: String?, as side: CommitSide = .head) -> WorkerHello {
    WorkerHello(
      token: token, side: side,
      environment: ReportEnvironment(
        cpu: "any", cores: 1, operatingSystem: "any", kernel: "any", placement: "any", buildMode: .optimised,
        seed: Seed(1), profile: "gate", startedAt: "2024-03-01T12:00:00Z"))
  }

  private static func channel(
    _ onLine: @escaping @Sendable ([UInt8], LineChannel) -> Void, onEnd: @escaping @Sendable () -> Void = {}
  ) throws -> LineChannel {
    let socket = UnixSocket.connected(to: try #require(environment[WorkerProtocol.socketVariable]))
    try #require(socket >= 0)
    let channel = LineChannel(socket: socket, longestLine: WorkerProtocol.longestLine)
    try channel.start(onLine: { [unowned channel] in onLine($0, channel) }, onEnd: onEnd)
    return channel
  }

  private static func say(_ message: WorkerMessage, on channel: LineChannel) {
    if let line = try? WorkerProtocol.line(of: message) { channel.send(line) }
  }
}
