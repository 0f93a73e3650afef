import PGBenchCore
import PGBenchHost
import PGDriver

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// This process's end of a duel between two commits, where it was started for one: PGBENCH_DUEL.
///
/// Tests run as ever; only when one comes to its benchmark, it waits here for the coordinator's orders instead of measuring by
/// itself. When the coordinator's socket ends, so does the process, whatever it is doing.
final class DuelParticipant: Sendable {
  /// Nil unless the process was started for a duel.
  static let shared = make(environment: CallersEnvironment.current())

  private typealias Admission = CheckedContinuation<DuelAdmission?, Never>

  private struct State {
    /// The cases that have arrived and wait.
    var arrived: [CaseIdentity: [Admission]] = [:]
    /// Where the orders for the admitted case go.
    var orders: AsyncStream<DuelOrder>.Continuation?
  }

  private let state = Lock(State())
  private let channel = Lock<LineChannel?>(nil)

  private static func make(environment: [String: String]) -> DuelParticipant? {
    guard let path = environment[DuelProtocol.socketVariable], !path.isEmpty,
      let side = environment[DuelProtocol.sideVariable].flatMap(DuelSide.init(rawValue:))
    else { return nil }
    let participant = DuelParticipant()
    Housekeeping.keepOffMeasuredCPU()
    do throws(BenchmarkError) {
      try participant.connect(to: path, as: side)
      return participant
    } catch {
      Console.standardError("The duel's coordinator can't be reached at \(path): \(error)\n")
      exit(EXIT_FAILURE)
    }
  }

  private func connect(to path: String, as side: DuelSide) throws(BenchmarkError) {
    let socket = UnixSocket.connected(to: path)
    guard socket >= 0 else { throw BenchmarkError(String(cString: strerror(errno))) }
    let settings = try BenchmarkRun.shared.settings.get()
    let channel = LineChannel(socket: socket)
    self.channel.withLock { $0 = channel }
    try channel.start { [self] line in
      // A coordinator that can't be understood is of another version, and ends the duel itself.
      if let order: DuelOrder = try? DuelProtocol.message(from: line) { take(order) }
    } onEnd: {
      // At once: tests that wait for an order would wait for ever, and others may be in the midst of anything.
      _exit(EXIT_SUCCESS)
    }
    say(
      .hello(
        DuelHello(
          side: side,
          environment: EnvironmentProbe.environment(
            settings: settings, server: nil, cases: [], startedAt: EnvironmentProbe.timestamp(),
            kitCost: nil))))
  }

  /// Sends a message.
  func say(_ message: DuelMessage) {
    guard let line = try? DuelProtocol.line(of: message) else { return }
    channel.withLock { $0 }?.send(line)
  }

  /// Announces a case and waits until it is its turn; nil if it is to pass.
  func arrive(_ arrival: DuelCase) async -> DuelAdmission? {
    await withCheckedContinuation { continuation in
      state.withLock { $0.arrived[arrival.identity, default: []].append(continuation) }
      say(.arrived(arrival))
    }
  }

  /// The orders for the case that was admitted, until it leaves.
  func orders() -> AsyncStream<DuelOrder> {
    let (stream, continuation) = AsyncStream.makeStream(of: DuelOrder.self)
    state.withLock { $0.orders = continuation }
    return stream
  }

  private func take(_ order: DuelOrder) {
    switch order {
    case .pass(let identity): firstArrived(identity)?.resume(returning: nil)
    case .admit(let admission): firstArrived(admission.identity)?.resume(returning: admission)
    case .open, .run, .close: _ = state.withLock { $0.orders?.yield(order) }
    case .leave:
      let orders = state.withLock { state in
        defer { state.orders = nil }
        return state.orders
      }
      orders?.finish()
    }
  }

  private func firstArrived(_ identity: CaseIdentity) -> Admission? {
    state.withLock { state in
      guard var waiting = state.arrived[identity], !waiting.isEmpty else { return nil }
      defer { state.arrived[identity] = waiting }
      return waiting.removeFirst()
    }
  }
}
