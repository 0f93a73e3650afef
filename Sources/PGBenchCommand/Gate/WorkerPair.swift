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
    _ products: [CommitSide: CommitBuild.Product], select: (CommitSide) -> TestSelection,
    settings: CoordinatorSettings,
    number: Int, listener: WorkerListener
  ) async throws -> WorkerPair {
    var workers: [WorkerProcess] = []
    do {
      for side in CommitSide.allCases {
        guard let product = products[side] else { continue }
        let worker = try WorkerProcess(
          side, product, select(side), socket: listener.path,
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
          The \(worker.side.rawValue)'s PGBenchKit speaks version \(hello.version) of the worker protocol, \
          and this one version \(WorkerProtocol.version). Compare commits that use the same version of \
          PGBenchKit.
          """)
      }
      guard hello.environment?.buildMode == .optimised else {
        throw GateFailure(
          .unoptimised,
          """
          The \(worker.side.rawValue) was compiled without optimisation, so its times mean nothing. Leave \
          --configuration out, or make it release.
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

// Which cases have come to their benchmarks, and which of them both programs can run now.
extension WorkerPair {
  /// What both sides have: the cases that arrive, none of which takes part, and what went wrong before others
  /// could.
  func collectArrivals() async throws -> WorkerArrivals {
    var arrivals = WorkerArrivals()
    for worker in workers {
      while true {
        for arrival in worker.arrived {
          arrivals.cases[worker.side, default: []].append(arrival)
          worker.skip(arrival.identity)
        }
        if let failure = worker.failure { throw failure }
        if worker.exitCode != nil { break }
        let isNews = await wait(for: settings.patience) {
          !worker.arrived.isEmpty || worker.exitCode != nil || worker.failure != nil
        }
        guard isNews else { throw worker.unresponsive() }
      }
      // What it said last may not have been read yet.
      _ = await wait(for: .seconds(2)) { worker.isOver || worker.failure != nil }
      if let failure = worker.failure { throw failure }
      guard worker.running.isEmpty else { throw worker.left(worker.running) }
      arrivals.problems[worker.side] = worker.problems
    }
    try check(arrivals)
    return arrivals
  }

  /// Throws what keeps two commits from being compared: a benchmark that the head can't run isn't one that
  /// was removed.
  private func check(_ arrivals: WorkerArrivals) throws {
    for side in [CommitSide.head, .base] {
      guard let ending = arrivals.problems[side]?.first(where: { $0.benchmarks == 0 }) else { continue }
      // The head may be what mends it.
      if side == .head || arrivals.cases[side] == nil { throw self[side].failed(ending) }
    }
    guard let missing = arrivals.removed.first else { return }
    let problem = arrivals.problems[.head]?.first { $0.place.covers(missing.place) }
    if let problem { throw self[.head].failed(problem) }
    guard self[.head].exitCode == 0 || arrivals.cases[.head] == nil else {
      throw self[.head].failed(before: missing)
    }
  }

  /// The place in a list of the first case that waits on each side that has it; nil if none of them comes any
  /// more.
  ///
  /// - Parameter entries: The cases that are still wanted; others are let go as they come.
  func nextReady(_ entries: [CaseMatching.Entry]) async throws -> Int? {
    @Sendable func ready() -> Int? {
      let waiting = CommitSide.allCases.map { side in
        (side, Set(self[side].arrived.map(\.identity)))
      }
      return entries.firstIndex { entry in
        waiting.allSatisfy { side, arrived in entry[side] == nil || arrived.contains(entry.identity) }
      }
    }
    @Sendable func fault() -> GateFailure? {
      workers.lazy.compactMap { problem(of: $0, entries) }.first
    }
    @Sendable func areOver() -> Bool {
      workers.allSatisfy { $0.exitCode != nil } || fault() != nil
    }
    let wanted = Dictionary(uniqueKeysWithValues: entries.map { ($0.identity, $0) })
    @Sendable func skipOthers() {
      for worker in workers {
        for arrival in worker.arrived where wanted[arrival.identity]?[worker.side] == nil {
          worker.skip(arrival.identity)
        }
      }
    }
    while true {
      if let fault = fault() { throw fault }
      if let place = ready() {
        try checkSame(entries[place])
        return place
      }
      let since = ContinuousClock.now
      let isNews = await wait(for: Self.standstill) {
        skipOthers()
        return ready() != nil || areOver()
          || (ContinuousClock.now - since > Self.standstillOfAll && workers.allSatisfy(\.waitsOnly))
      }
      if isNews {
        guard ready() == nil else { continue }
        if let fault = fault() { throw fault }
        if areOver() { return nil }
      }
      // Suites that run one test after the other may have come to different ones.
      guard let stuck = yielding.first(where: { !$0.arrived.isEmpty }) else {
        throw (workers.first { $0.exitCode == nil } ?? self[.head]).unresponsive()
      }
      for arrival in stuck.arrived { stuck.skip(arrival.identity) }
    }
  }

  /// Why there is no going on with a program that measures: it can't be believed, died, or a test that is
  /// wanted of it failed.
  private func problem(of worker: WorkerProcess, _ entries: [CaseMatching.Entry]) -> GateFailure? {
    if let failure = worker.failure { return failure }
    let wanted = entries.compactMap { $0[worker.side]?.identity.place }
    let failed = worker.problems.first { ending in
      ending.benchmarks == 0 && wanted.contains { ending.place.covers($0) }
    }
    return failed.map(worker.failed)
  }

  /// Requests name a variant by its place: a case that lists others than before would measure something else.
  private func checkSame(_ entry: CaseMatching.Entry) throws {
    for side in entry.sides {
      let now = self[side].arrived.first { $0.identity == entry.identity }
      guard let now, let before = entry[side], !now.isSame(as: before) else { continue }
      throw GateFailure(
        .benchmarkFailed,
        """
        \(entry.identity) has other variants or clients at the \(side.rawValue) than when its program ran \
        before: \(now.variants.map(\.name).joined(separator: ", ")) against \
        \(before.variants.map(\.name).joined(separator: ", ")). They must be the same, and in the same \
        order, in each run: a dictionary's request isn't.
        """)
    }
  }

  /// How long nothing may happen before the cases that wait are let go.
  private static let standstill = Duration.seconds(10)
  /// The same where every case whose body runs waits.
  private static let standstillOfAll = Duration.seconds(2)
}

extension WorkerPair {
  /// What is to be said when a program ended without any benchmark.
  func withoutBenchmarks(_ side: CommitSide) -> GateFailure {
    if let failure = self[side].failure { return failure }
    return GateFailure(
      .noBenchmarks,
      """
      The \(side.rawValue) has no benchmarks that match "\(settings.filter)": no test with the trait \
      .benchmark ran. Give another --filter. If it has some, its PGBenchKit is older than this command.
      """)
  }

  /// What is to be said when a program runs tests without having said hello.
  func silent(_ side: CommitSide) -> GateFailure {
    GateFailure(
      .otherProtocol,
      """
      The \(side.rawValue)'s test program did not report to the coordinator within \(settings.patience): \
      its PGBenchKit is older than this command, or tests without benchmarks that match \
      "\(settings.filter)" take longer. Compare commits that use the same version of PGBenchKit, or give \
      another --filter or a longer --patience.
      """)
  }
}

/// What both programs told of when they ran once without measuring.
struct WorkerArrivals: Sendable {
  var cases: [CommitSide: [WorkerCase]] = [:]
  /// The ends of tests in which something went wrong.
  var problems: [CommitSide: [CaseEnding]] = [:]

  /// The cases of the base that the head doesn't have.
  var removed: [CaseIdentity] {
    let head = Set((cases[.head] ?? []).map(\.identity))
    return (cases[.base] ?? []).map(\.identity).filter { !head.contains($0) }
  }

  /// What a reader should know: tests that failed at the base, where the head's took part.
  var warnings: [String] {
    (problems[.base] ?? []).filter { $0.benchmarks == 0 }.map {
      "\($0.place) failed at the base before it came to its benchmark, so there is nothing to compare "
        + "with: \($0.problem ?? "")"
    }
  }
}
