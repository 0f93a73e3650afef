import PGDriver
import PGMeasuring
import PGVerdicts

/// The two workers of a comparison while they run.
struct WorkerPair: Sendable {
  private let base: WorkerProcess
  private let head: WorkerProcess
  let settings: CoordinatorSettings
  private let number: Int

  subscript(side: CommitSide) -> WorkerProcess { side == .base ? base : head }

  /// Starts both.
  ///
  /// - Parameter number: Of the pair, for the names of the files that hold their output.
  static func started(
    _ products: [CommitSide: CommitBuild.Product], filter: (CommitSide) -> String,
    settings: CoordinatorSettings,
    number: Int, listener: WorkerListener
  ) async throws -> WorkerPair {
    var workers: [WorkerProcess] = []
    do {
      for side in CommitSide.allCases {
        guard let product = products[side] else { continue }
        let worker = try WorkerProcess(
          side, product, filter: filter(side), socket: listener.path,
          log: "\(listener.privateFolder)/\(side.rawValue)-\(number).log", inheriting: settings.inherited,
          environment: settings.environment, patience: settings.patience)
        workers.append(worker)
        listener.expect(worker)
      }
    } catch {
      for worker in workers { await worker.stop() }
      throw error
    }
    return WorkerPair(base: workers[0], head: workers[1], settings: settings, number: number)
  }

  private init(base: WorkerProcess, head: WorkerProcess, settings: CoordinatorSettings, number: Int) {
    self.number = number
    self.base = base
    self.head = head
    self.settings = settings
  }

  var workers: [WorkerProcess] { [base, head] }

  /// Both, the one first that lets cases go where the two have come to different ones: by turns, so that each
  /// case has its sessions.
  var yielding: [WorkerProcess] { number.isMultiple(of: 2) ? [base, head] : [head, base] }

  /// Waits until the programs have introduced themselves, and checks that they can be compared.
  ///
  /// - Parameter sides: Those that have any case to run.
  func greet(_ sides: Set<CommitSide> = Set(CommitSide.allCases)) async throws {
    for worker in workers where sides.contains(worker.side) {
      let isThere = await wait(for: settings.patience) {
        worker.hello != nil || worker.exitCode != nil || worker.failure != nil
      }
      if let failure = worker.failure { throw failure }
      guard let hello = worker.hello else {
        throw isThere ? withoutBenchmarks(worker.side) : silent(worker.side)
      }
      guard hello.version == WorkerProtocol.version else {
        throw GateFailure(
          .otherProtocol,
          """
          The \(worker.side.rawValue)'s PGBenchKit speaks version \(hello.version) of the worker protocol, and this one \
          version \(WorkerProtocol.version). Compare commits that use the same version of PGBenchKit.
          """)
      }
      guard hello.environment?.buildMode == .optimised else {
        throw GateFailure(
          .unoptimised,
          """
          The \(worker.side.rawValue) was compiled without optimisation, so its times mean nothing. Leave --configuration \
          out, or make it release.
          """)
      }
    }
  }

  /// Lets both come to their ends, and sees to it that they do.
  func finish() async {
    _ = await wait(for: .milliseconds(500)) {
      for worker in workers {
        for arrival in worker.arrived { worker.skip(arrival.identity) }
      }
      return workers.allSatisfy { $0.exitCode != nil }
    }
    await stop()
  }

  /// Ends both.
  func stop() async {
    for worker in workers { await worker.stop() }
  }

  /// Waits until something is so; returns whether it became so in time.
  func wait(for time: Duration, until isSo: @escaping @Sendable () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + time
    while !isSo() {
      guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
      try? await Task.sleep(for: .milliseconds(2))
    }
    return true
  }
}
