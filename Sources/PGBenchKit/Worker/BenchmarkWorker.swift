import PGBenchHost
import PGDriver
import PGMeasuring
import PGServer
import PGSystem
import PGVerdicts
import Testing

/// This process's end of a comparison of two commits, where it was started for one: PGBENCH_WORKER.
///
/// Tests run as ever; only when one comes to its benchmark, it waits here for the coordinator's requests
/// instead of measuring by itself. When the coordinator's socket ends, so does the process, whatever it is
/// doing.
final class BenchmarkWorker: Sendable {
  /// Nil unless the process was started for a comparison.
  static let shared = make(environment: CallersEnvironment.current())

  private typealias Admission = CheckedContinuation<WorkerAssignment?, Never>

  private struct State {
    /// The cases that have arrived and wait.
    var arrived: [CaseIdentity: [Admission]] = [:]
    /// Where the requests for the assigned case go.
    var requests: AsyncStream<WorkerRequest>.Continuation?
  }

  private let state = Lock(State())
  private let channel = Lock<LineChannel?>(nil)

  private static func make(environment: [String: String]) -> BenchmarkWorker? {
    guard let path = environment[WorkerProtocol.socketVariable], !path.isEmpty,
      let side = environment[WorkerProtocol.sideVariable].flatMap(CommitSide.init(rawValue:))
    else { return nil }
    let token = environment[WorkerProtocol.tokenVariable]
    let participant = BenchmarkWorker()
    Housekeeping.keepOffMeasuredCPU()
    do {
      try participant.connect(to: path, as: side, token: token)
      return participant
    } catch {
      Console.standardError("The coordinator of this comparison can't be reached at \(path): \(error)\n")
      exit(EXIT_FAILURE)
    }
  }

  private func connect(to path: String, as side: CommitSide, token: String?) throws {
    let socket = UnixSocket.connected(to: path)
    guard socket >= 0 else { throw SystemError("connect(2)") }
    let settings = try BenchmarkRun.shared.settings.get()
    let channel = LineChannel(socket: socket, longestLine: WorkerProtocol.longestLine)
    self.channel.withLock { $0 = channel }
    try channel.start { [self] line in
      take(line)
    } onEnd: {
      // At once: tests that wait for a request would wait for ever, and others may be in the midst of
      // anything.
      _exit(EXIT_SUCCESS)
    }
    say(
      .hello(
        WorkerHello(
          token: token, side: side,
          environment: EnvironmentProbe.environment(
            settings: settings, server: nil, cases: [], startedAt: EnvironmentProbe.timestamp(),
            kitCost: nil))))
  }

  /// Sends a message; what JSON has no words for, a figure that is no number, becomes the request's failure.
  func say(_ message: WorkerMessage) {
    var message = message
    if case .failed(let reason) = message { message = .failed(Self.bounded(reason)) }
    let line: [UInt8]
    do {
      line = try WorkerProtocol.line(of: message)
    } catch {
      guard case .timed = message else { return }
      return say(.failed("A figure of a block is no number, such as a metric that is infinite."))
    }
    channel.withLock { $0 }?.send(line)
  }

  /// As much of a text as a line may have, however JSON writes its scalars.
  private static func bounded(_ text: String) -> String { String(text.unicodeScalars.prefix(4_000)) }

  /// Announces a case and waits until it is its turn; nil if it is to pass.
  ///
  /// - Throws: `BenchmarkError` for a case that is too long to be told of.
  func arrive(_ arrival: WorkerCase, in scope: CaseScope? = nil) async throws -> WorkerAssignment? {
    guard try WorkerProtocol.line(of: WorkerMessage.arrived(arrival)).count <= WorkerProtocol.longestLine
    else {
      throw BenchmarkError(
        """
        The script of the fixture \(arrival.fixture) has \(arrival.fixtureScript.utf8.count) bytes, more \
        than the \(WorkerProtocol.longestLine) that commits can be compared with. Have it make its rows by \
        generate_series().
        """)
    }
    scope?.arrive()
    return await withCheckedContinuation { continuation in
      state.withLock { $0.arrived[arrival.identity, default: []].append(continuation) }
      say(.arrived(arrival))
    }
  }

  /// Runs the body of a case, and tells the coordinator of its beginning, its end, and what went wrong in it.
  ///
  /// Once a benchmark has taken part, what the body says of its result counts no more: the coordinator alone
  /// has it.
  func attend(
    _ scope: CaseScope, _ test: Test, _ testCase: Test.Case,
    _ body: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let problems = Lock<[String]>([])
    let handling: IssueHandlingTrait = .compactMapIssues { issue in
      if scope.arrivals > 0 { return nil }
      if issue.isFailure { problems.withLock { $0.append("\(issue)") } }
      return issue
    }
    say(.began(scope.place))
    var failure: (any Error)?
    do {
      try await handling.provideScope(for: test, testCase: testCase, performing: body)
    } catch {
      failure = error
    }
    let arrivals = scope.arrivals
    // A test that was cancelled has failed in nothing.
    let isFailure = !(failure is CancellationError) && !Task.isCancelled
    let isOfResult = (failure as? BenchmarkError)?.isOfResultElsewhere ?? false
    let thrown = isFailure && !isOfResult ? failure.map { "\($0)" } : nil
    let problem = (thrown ?? problems.withLock(\.first)).map(Self.bounded)
    say(.ended(CaseEnding(place: scope.place, problem: problem, benchmarks: arrivals)))
    if let failure, arrivals == 0 || !isFailure { throw failure }
  }

  /// The requests for the case that was assigned, until it leaves.
  func requests() -> AsyncStream<WorkerRequest> {
    let (stream, continuation) = AsyncStream.makeStream(of: WorkerRequest.self)
    state.withLock { $0.requests = continuation }
    return stream
  }

  /// Takes a line from the coordinator.
  ///
  /// One that can't be understood is of another version, and ends the comparison itself.
  func take(_ line: [UInt8]) {
    guard let request: WorkerRequest = try? WorkerProtocol.message(from: line) else { return }
    switch request {
    case .skip(let identity): firstArrived(identity)?.resume(returning: nil)
    case .begin(let assignment): firstArrived(assignment.identity)?.resume(returning: assignment)
    case .open, .run, .close, .beginCounting, .count: _ = state.withLock { $0.requests?.yield(request) }
    case .finish:
      let requests = state.withLock { state in
        defer { state.requests = nil }
        return state.requests
      }
      requests?.finish()
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

extension BenchmarkCase {
  /// Serves a coordinator, which compares two commits: does block by block what it requests.
  ///
  /// - Returns: A result without any figure, for the test's body to go on with: the coordinator has them.
  func serve(
    _ call: Call, by worker: BenchmarkWorker, in run: BenchmarkRun, areEqual: (Output, Output) -> Bool
  ) async throws -> BenchmarkResult {
    let (settings, test) = (call.settings, call.test)
    let runSettings = try run.settings.get()
    let usual = runSettings.profile.budget
    let asked = settings.budget == usual ? nil : settings.budget
    let arrival = WorkerCase(
      identity: call.identity, variants: variants.map(\.variant), clients: clients,
      operationsPerIteration: operationsPerIteration, budget: asked, warmUp: settings.warmUp,
      tolerance: settings.tolerance, questions: settings.questions, gates: settings.gates,
      fixture: settings.fixture.name,
      fixtureScript: settings.fixture.script,
      placement: PlacedPlacement(settings.placement, clients: clients, isOwnServer: true).description,
      rate: settings.rate, goal: settings.goal,
      source: test.map { .init(path: $0.sourceLocation.filePath, line: $0.sourceLocation.line) },
      filter: test?.filter)
    if let assignment = try await worker.arrive(arrival, in: call.scope) {
      let requests = worker.requests()
      var proxy: RoundTripProxy?
      defer { proxy?.close() }
      do {
        guard assignment.databases.count == variants.count else {
          throw BenchmarkError(
            "\(assignment.databases.count) databases were given for \(variants.count) variants.")
        }
        let variants = try prepared(
          assignment.databases.map { [PostgresConfiguration(parameters: $0)] }, settings: settings,
          placement: PlacedPlacement(
            settings.placement, clients: clients, isOwnServer: assignment.isServerHere),
          checkpointer: assignment.checkpointer, isServerHere: assignment.isServerHere,
          seed: seed(of: call, runSettings),
          patience: settings.patience ?? runSettings.patience, proxy: &proxy)
        if assignment.checksOutputs { try await OutputCheck.check(variants, areEqual: areEqual) }
        worker.say(.done)
        for await request in requests { worker.say(await answer(to: request, variants)) }
      } catch {
        worker.say(.failed("\(error)"))
        for await _ in requests {}
      }
    }
    return try BenchmarkResult(elsewhere: call.identity)
  }

  private func answer(to request: WorkerRequest, _ variants: [CaseVariant<Output>]) async -> WorkerMessage {
    do {
      try request.validate(variants: variants.count, clients: clients)
      switch request {
      case .open(let index):
        // Of each session the coordinator has given the database.
        try await variants[index].beginSession(0)
        return .done
      case .run(let index, let first, let operations, let rate):
        return .timed(try await variants[index].run(first: first, operations: operations, rate: rate))
      case .close(let index):
        await variants[index].endSession()
        return .done
      case .beginCounting(let index, let first, let operations):
        _ = try await variants[index].beginCounting(first: first, operations: operations)
        return .done
      case .count(let index, let first, let operations):
        return .counted(try await variants[index].count(first: first, operations: operations))
      case .skip, .begin, .finish: return .failed("a request that is for no assigned case")
      }
    } catch {
      return .failed("\(error)")
    }
  }
}
