import Foundation
import PGBenchHost
import PGDriver
import PGMeasuring
import PGServer
import PGSystem
import PGVerdicts

/// The running test program of one commit: its process, its socket, and what it has said.
final class WorkerProcess: Sendable {
  let side: CommitSide
  /// What it must say of itself, which its environment alone tells.
  let token = (0..<2).map { _ in String(UInt64.random(in: 0 ... .max), radix: 16) }.joined(separator: "-")
  private let process: SupervisedProcess
  private let log: String
  let patience: Duration
  private let state = Lock(State())

  fileprivate typealias Reply = CheckedContinuation<Result<WorkerMessage, GateFailure>, Never>

  fileprivate struct State {
    var channel: LineChannel?
    var hello: WorkerHello?
    var conversation = WorkerConversation()
    /// The cases that wait for assignment, in the order of their arrival.
    var arrived: [WorkerCase] = []
    /// The cases whose bodies run, and how many of each name.
    var running: [CasePlace: Int] = [:]
    /// The ends of cases in which something went wrong.
    var problems: [CaseEnding] = []
    /// Why the program isn't to be believed any more.
    var violation: ProtocolViolation?
    var isDisconnected = false
    var reply: Reply?
    var exitCode: Int32?
    /// When the request that waits for its answer was given.
    var askedAt = 0
    /// Whether a request has gone without an answer for too long.
    var isUnresponsive = false
    /// What it is doing, for the message if it never comes back from it.
    var request = "starting"
  }

  /// Starts the program, which is to call back at the socket.
  ///
  /// - Parameter selection: Which tests it runs.
  /// - Parameter patience: How long a request may take.
  init(
    _ side: CommitSide, _ product: CommitBuild.Product, _ selection: TestSelection, socket: String,
    log: String,
    inheriting inherited: [String: String], environment: [String: String?], patience: Duration
  ) throws {
    self.side = side
    self.log = log
    self.patience = patience
    var environment = environment
    for (name, value) in WorkerProtocol.environment(socket: socket, side: side, token: token) {
      environment[name] = value
    }
    process = try SupervisedProcess(
      TestProgram.command(product.programs, selection), in: product.folder, inheriting: inherited,
      environment: environment, log: log)
    Task.detached { [self] in
      let code = await process.exitCode()
      state.withLock { $0.exitCode = code }
      fail()
    }
    Task.detached { [self] in await watch() }
  }

  /// Gives up a request that takes longer than there is patience, until the program has ended.
  ///
  /// One watch for all requests: a timer for each would cost a block of a millisecond a tenth of that.
  private func watch() async {
    while exitCode == nil, (try? await Task.sleep(for: min(patience / 4, .milliseconds(250)))) != nil {
      let now = MonotonicClock.now()
      let late = state.withLock { state -> Reply? in
        guard state.reply != nil, .nanoseconds(now - state.askedAt) > patience else { return nil }
        state.isUnresponsive = true
        defer { state.reply = nil }
        return state.reply
      }
      late?.resume(returning: .failure(unresponsive()))
    }
  }

  /// Takes over the socket on which the program has called; false if it has called before.
  ///
  /// Of several programs that run one after the other each calls, once the one before has hung up.
  func connect(_ channel: LineChannel, hello: WorkerHello) -> Bool {
    let isFirst = state.withLock { state in
      guard state.hello == nil || state.isDisconnected else { return false }
      (state.channel, state.hello, state.isDisconnected) = (channel, hello, false)
      return true
    }
    if !isFirst { reject(ProtocolViolation("it called twice")) }
    return isFirst
  }

  /// How it introduced itself; nil until it has.
  var hello: WorkerHello? { state.withLock(\.hello) }

  /// The cases that wait for assignment.
  var arrived: [WorkerCase] { state.withLock(\.arrived) }

  /// What it was asked to do last.
  var request: String { state.withLock(\.request) }

  /// The end of what it printed, in words; of a crash, after which Swift prints registers and libraries, its
  /// beginning.
  var output: String {
    let lines = tail.split(separator: "\n")
    guard !lines.isEmpty else { return " It printed nothing." }
    if let crash = lines.firstIndex(where: {
      $0.contains("Fatal error: ") || $0.contains("Program crashed: ")
    }) {
      return " From its output:\n\(lines[crash...].prefix(20).joined(separator: "\n"))"
    }
    return " The end of its output:\n\(lines.suffix(20).joined(separator: "\n"))"
  }

  /// What it printed last; all of it may be more than there is memory for.
  private var tail: String {
    LogTail.text(of: log, bytes: 262_144)
  }

  /// The program's exit code; nil while it runs.
  var exitCode: Int32? { state.withLock(\.exitCode) }

  /// Whether the program has ended otherwise than with tests that succeeded, failed, or were none.
  var hasDied: Bool { exitCode.map { $0 > 1 && $0 != TestProgram.noTestsFound } ?? false }

  /// The cases whose bodies have begun and not ended.
  var running: [CasePlace] { state.withLock { Array($0.running.keys) } }

  /// Whether it does nothing but wait: every case whose body runs has arrived, or it is over.
  var waitsOnly: Bool {
    state.withLock { $0.exitCode != nil || $0.arrived.count >= $0.running.values.reduce(0, +) }
  }

  /// The ends of cases in which something went wrong, in the order of their ends.
  var problems: [CaseEnding] { state.withLock(\.problems) }

  /// Whether it has ended and all is read that it had said.
  var isOver: Bool { state.withLock { $0.exitCode != nil && ($0.channel == nil || $0.isDisconnected) } }

  /// Why there is no going on with it; nil if there is.
  var failure: GateFailure? {
    if let violation = state.withLock(\.violation) { return implausible(violation) }
    return hasDied ? ended() : nil
  }

  /// Takes a line from the program.
  func take(_ line: [UInt8]) {
    let now = MonotonicClock.now()
    let result = state.withLock { state in
      Result { () throws(ProtocolViolation) in
        guard state.violation == nil else { return WorkerMessage?.none }
        switch try state.conversation.take(line, at: now) {
        case .began(let place): state.running[place, default: 0] += 1
        case .arrived(let arrival): state.arrived.append(arrival)
        case .ended(let ending): try state.end(ending)
        case .answer(let message): return message
        }
        return nil
      }
    }
    switch result {
    case .success(let message): message.map { answer(.success($0)) }
    case .failure(let violation): reject(violation)
    }
  }

  /// Believes the program nothing more, and ends it.
  func reject(_ violation: ProtocolViolation) {
    state.withLock { $0.violation = $0.violation ?? violation }
    answer(.failure(implausible(violation)))
    process.end()
  }

  /// Notes that the program has hung up.
  func noteDisconnected() { state.withLock { $0.isDisconnected = true } }

  /// Takes a case that waits on, without it having taken part.
  func skip(_ identity: CaseIdentity) {
    guard remove(identity) else { return }
    send(.skip(identity))
  }

  /// Admits a case that waits.
  func begin(_ assignment: WorkerAssignment) async throws {
    _ = remove(assignment.identity)
    try await carryOut(.begin(assignment), as: "\(assignment.identity)")
  }

  /// Lets the assigned case go.
  func finish() { send(.finish) }

  /// Gives a request that is answered by no figures.
  func carryOut(_ request: WorkerRequest, as name: String) async throws {
    _ = try await ask(request, as: name)
  }

  /// Gives a request and waits for its answer, for as long as there is patience; a program that hangs is not
  /// asked again.
  ///
  /// - Parameter clients: How many clients run a block.
  func ask(_ request: WorkerRequest, as name: String, clients: Int = 1) async throws -> WorkerMessage {
    // A comparison that is broken off, as by Ctrl-C, doesn't wait for a program that hangs.
    let result = await withTaskCancellationHandler {
      await reply(to: request, as: name, clients: clients)
    } onCancel: {
      fail()
    }
    try Task.checkCancellation()
    let message = try result.get()
    if case .failed(let reason) = message {
      throw GateFailure(.benchmarkFailed, "\(name) failed at the \(side.rawValue): \(reason)")
    }
    return message
  }

  private func reply(
    to request: WorkerRequest, as name: String, clients: Int
  ) async -> Result<WorkerMessage, GateFailure> {
    await withCheckedContinuation { (reply: Reply) in
      let isOver = state.withLock { state in
        // What it hangs in stays the request that the message names.
        if !state.isUnresponsive { state.request = name }
        guard state.exitCode == nil, !state.isUnresponsive, state.violation == nil else { return true }
        let now = MonotonicClock.now()
        (state.reply, state.askedAt) = (reply, now)
        state.conversation.ask(request, clients: clients, at: now)
        return false
      }
      if isOver {
        reply.resume(returning: .failure(failure ?? (exitCode == nil ? unresponsive() : ended())))
      } else {
        send(request)
        // Cancelled before there was a reply to fail.
        if Task.isCancelled { fail() }
      }
    }
  }

  /// Ends the program, and waits for its end.
  func stop() async {
    state.withLock { $0.channel }?.close()
    process.end()
    _ = await process.exitCode()
  }

  /// Fails the task that waits for an answer: none will come.
  func fail() {
    answer(.failure(ended()))
  }

  private func send(_ request: WorkerRequest) {
    guard let line = try? WorkerProtocol.line(of: request) else { return }
    state.withLock { $0.channel }?.send(line)
  }

  private func remove(_ identity: CaseIdentity) -> Bool {
    state.withLock { state in
      guard let index = state.arrived.firstIndex(where: { $0.identity == identity }) else { return false }
      state.arrived.remove(at: index)
      return true
    }
  }

  private func answer(_ result: Result<WorkerMessage, GateFailure>) {
    let reply = state.withLock { state in
      defer { state.reply = nil }
      return state.reply
    }
    reply?.resume(returning: result)
  }
}

extension WorkerProcess.State {
  fileprivate mutating func end(_ ending: CaseEnding) throws(ProtocolViolation) {
    guard let number = running[ending.place] else {
      throw ProtocolViolation("it told of the end of \(ending.place), which had not begun")
    }
    running[ending.place] = number > 1 ? number - 1 : nil
    if ending.problem != nil { problems.append(ending) }
  }
}

extension WorkerProcess {
  /// What is to be said when the program has ended though it should not have.
  func ended() -> GateFailure {
    let how =
      switch exitCode {
      case .some(let code) where code > 128: "was ended by signal \(code - 128)"
      case .some(let code): "ended with exit code \(code)"
      case nil: "hung up"
      }
    return GateFailure(
      .benchmarkFailed, "The \(side.rawValue)'s test program \(how) in \(request).\(output)")
  }

  /// What is to be said when the program said what can't be.
  func implausible(_ violation: ProtocolViolation) -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program said what can't be, in \(request): \(violation). Nothing of what \
      it said counts.\(output)
      """)
  }

  /// What is to be said when a test failed before it came to its benchmark.
  func failed(_ ending: CaseEnding) -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      "\(ending.place) failed at the \(side.rawValue) before it came to its benchmark: "
        + "\(ending.problem ?? "")"
    )
  }

  /// What is to be said when a test program failed and lacks a benchmark, though no test told of it.
  func failed(before missing: CaseIdentity) -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program failed, and has no benchmark \(missing), which the other side \
      has.\(output)
      """)
  }

  /// What is to be said when the program ended while tests ran, as by exit(3).
  func left(_ places: [CasePlace]) -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program ended with exit code \(exitCode ?? 0) while tests ran: \
      \(places.map(\.description).sorted().joined(separator: "; ")).\(output)
      """)
  }

  /// What is to be said when the program doesn't answer.
  func unresponsive() -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program did not answer within \(patience) in \(request), and was ended. \
      If a block may take as long as that, give a longer --patience.\(output)
      """)
  }
}

/// A variant that runs in the test program of one side: what the sampler has of it.
struct RemoteVariant: SampledVariant, CountedVariant {
  let series: CommitSeries
  let identity: CaseIdentity
  let worker: WorkerProcess
  let clients: Int
  let database: PostgresConfiguration

  var variant: Variant { series.name }

  private var name: String { "\(identity), \(series.variant)" }

  func beginSession(_ session: Int) async throws {
    try await worker.carryOut(.open(variant: series.index), as: name)
  }

  func run(first: Int, operations: Int, rate: ArrivalRate?) async throws -> BlockTiming {
    try await figures(
      of: .run(variant: series.index, first: first, operations: operations, rate: rate),
      orElse: "run a block of \(name) without its times"
    ) { if case .timed(let timing) = $0 { timing } else { nil } }
  }

  func beginCounting(first: Int, operations: Int) async throws -> PostgresConfiguration {
    try await worker.carryOut(
      .beginCounting(variant: series.index, first: first, operations: operations), as: name)
    return database
  }

  func count(first: Int, operations: Int) async throws -> [MetricSummary] {
    try await figures(
      of: .count(variant: series.index, first: first, operations: operations),
      orElse: "count operations of \(name) without metrics"
    ) { if case .counted(let metrics) = $0 { metrics } else { nil } }
  }

  /// Gives a request that figures answer.
  ///
  /// - Parameter lack: The end of the sentence for an answer that has none.
  private func figures<Figures>(
    of request: WorkerRequest, orElse lack: String, _ figures: (WorkerMessage) -> Figures?
  ) async throws -> Figures {
    guard let figures = figures(try await worker.ask(request, as: name, clients: clients)) else {
      throw GateFailure(
        .otherProtocol, "The \(series.side.rawValue) answered the request to \(lack).")
    }
    return figures
  }

  func endSession() async {
    // What can't be closed ends with its process.
    try? await worker.carryOut(.close(variant: series.index), as: name)
  }
}
