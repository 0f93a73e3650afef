import PGBenchCore
import PGBenchHost
import PGDriver

/// The running test program of one side of a duel: its process, its socket, and what it has said.
final class Opponent: Sendable {
  let side: DuelSide
  private let process: SupervisedProcess
  private let log: String
  let patience: Duration
  private let state = Lock(State())

  private typealias Reply = CheckedContinuation<Result<DuelMessage, GateFailure>, Never>

  private struct State {
    var channel: LineChannel?
    var hello: DuelHello?
    /// The cases that wait for admission, in the order of their arrival.
    var arrived: [DuelCase] = []
    var reply: Reply?
    var exitCode: Int32?
    /// Whether an order has gone without an answer for too long.
    var isHung = false
    /// What it is doing, for the message if it never comes back from it.
    var order = "starting"
  }

  /// Starts the program, which is to call back at the socket.
  ///
  /// - Parameter filter: Which tests it runs.
  /// - Parameter patience: How long an order may take.
  init(
    _ side: DuelSide, _ product: CommitBuild.Product, filter: String, socket: String, log: String,
    inheriting inherited: [String: String], environment: [String: String?], patience: Duration
  ) throws {
    self.side = side
    self.log = log
    self.patience = patience
    var environment = environment
    environment[DuelProtocol.socketVariable] = socket
    environment[DuelProtocol.sideVariable] = side.rawValue
    process = try SupervisedProcess(
      TestProgram.command(product.program, filter: filter), in: product.folder, inheriting: inherited,
      environment: environment, log: log)
    Task.detached { [self] in
      let code = await process.exitCode()
      state.withLock { $0.exitCode = code }
      fail()
    }
  }

  /// Takes over the socket on which the program has called.
  func connect(_ channel: LineChannel, hello: DuelHello) {
    state.withLock { ($0.channel, $0.hello) = (channel, hello) }
  }

  /// How it introduced itself; nil until it has.
  var hello: DuelHello? { state.withLock(\.hello) }

  /// The cases that wait for admission.
  var arrived: [DuelCase] { state.withLock(\.arrived) }

  /// What it was ordered to do last.
  var order: String { state.withLock(\.order) }

  /// The end of what it printed, in words.
  var output: String {
    let lines = (FileProbe.machine.text(log) ?? "").split(separator: "\n").suffix(20)
    return lines.isEmpty
      ? " It printed nothing." : " The end of its output:\n\(lines.joined(separator: "\n"))"
  }

  /// The program's exit code; nil while it runs.
  var exitCode: Int32? { state.withLock(\.exitCode) }

  /// Whether the program has ended otherwise than with tests that succeeded, failed, or were none.
  var hasDied: Bool { exitCode.map { $0 > 1 && $0 != TestProgram.noTestsFound } ?? false }

  /// Takes a message from the program.
  func take(_ message: DuelMessage) {
    switch message {
    case .hello: break
    case .arrived(let arrival):
      state.withLock { $0.arrived.append(arrival) }
    case .done, .timed, .failed: answer(.success(message))
    }
  }

  /// Takes a case that waits on, without it having taken part.
  func pass(_ identity: CaseIdentity) {
    guard remove(identity) else { return }
    send(.pass(identity))
  }

  /// Admits a case that waits.
  func admit(_ admission: DuelAdmission) async throws {
    _ = remove(admission.identity)
    try await carryOut(.admit(admission), as: "\(admission.identity)")
  }

  /// Lets the admitted case go.
  func leave() { send(.leave) }

  /// Gives an order that is answered by no figures.
  func carryOut(_ order: DuelOrder, as name: String) async throws {
    _ = try await ask(order, as: name)
  }

  /// Gives an order and waits for its answer, for as long as there is patience; a program that hangs is not asked again.
  func ask(_ order: DuelOrder, as name: String) async throws -> DuelMessage {
    let timeout = Task { [self] in
      try await Task.sleep(for: patience)
      state.withLock { $0.isHung = true }
      answer(.failure(hung()))
    }
    defer { timeout.cancel() }
    let result = await withCheckedContinuation { (reply: Reply) in
      let isOver = state.withLock { state in
        // What it hangs in stays the order that the message names.
        if !state.isHung { state.order = name }
        guard state.exitCode == nil, !state.isHung else { return true }
        state.reply = reply
        return false
      }
      if isOver {
        reply.resume(returning: .failure(exitCode == nil ? hung() : ended()))
      } else {
        send(order)
      }
    }
    let message = try result.get()
    if case .failed(let reason) = message {
      throw GateFailure(.benchmarkFailed, "\(name) failed at the \(side.rawValue): \(reason)")
    }
    return message
  }

  /// Ends the program, and waits for its end.
  func stop() async {
    state.withLock { $0.channel }?.close()
    process.end()
    _ = await process.exitCode()
  }

  /// Fails whoever waits for an answer: none will come.
  func fail() {
    answer(.failure(ended()))
  }

  private func send(_ order: DuelOrder) {
    guard let line = try? DuelProtocol.line(of: order) else { return }
    state.withLock { $0.channel }?.send(line)
  }

  private func remove(_ identity: CaseIdentity) -> Bool {
    state.withLock { state in
      guard let index = state.arrived.firstIndex(where: { $0.identity == identity }) else { return false }
      state.arrived.remove(at: index)
      return true
    }
  }

  private func answer(_ result: Result<DuelMessage, GateFailure>) {
    let reply = state.withLock { state in
      defer { state.reply = nil }
      return state.reply
    }
    reply?.resume(returning: result)
  }
}
