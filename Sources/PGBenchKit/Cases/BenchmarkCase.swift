import PGBenchHost
import PGDriver
import PGMeasuring
import PGReporting
import PGServer
import PGSystem
import PGVerdicts
import Testing

/// A case from its plan to its report: the walk through the rooms.
struct BenchmarkCase<Output: Sendable>: Sendable {
  let operations: OperationCount
  let clients: Int
  let operationsPerIteration: Int
  let variants: [BenchmarkVariant<Output>]

  /// What one call of `benchmark` is: by which test, as which case, and with which settings.
  struct Call {
    let identity: CaseIdentity
    let settings: CaseSettings
    let scope: CaseScope
    let test: Test?
    /// Its number among those of its test's case, from 1.
    let number: Int
  }

  /// Measures the case, records its gates' failures as issues of the test, and keeps its report.
  func run(
    in run: BenchmarkRun = .current, areEqual: (Output, Output) -> Bool
  ) async throws -> BenchmarkResult {
    try MeasuredBody.checkMayMeasure()
    let call = try call(in: run)
    if let worker = run.worker { return try await serve(call, by: worker, in: run, areEqual: areEqual) }
    try run.prepareDelivery()
    return try await run.turns.withTurn(waiting: { run.progress.say($0) }) {
      // Another body may have been left behind meanwhile.
      try MeasuredBody.checkMayMeasure()
      return try await withProgress(of: call, in: run) { ticker in
        try await measure(call, in: run, ticker, areEqual: areEqual)
      }
    }
  }

  /// Names the case and checks what is asked of it.
  private func call(in run: BenchmarkRun) throws -> Call {
    let test = Test.current
    let settings = CaseSettings(traits: test?.traits ?? [], profile: try run.settings.get().profile)
    try validate(settings)
    let scope = CaseScope.current ?? CaseScope(test, Test.Case.current, in: nil)
    let number = scope.begin()
    return Call(
      identity: try scope.identity(operations: operations.value), settings: settings, scope: scope,
      test: test,
      number: number)
  }

  /// Says that the case begins, now and then what it is at, and that it has ended.
  private func withProgress<Result>(
    of call: Call, in run: BenchmarkRun, _ body: (CaseTicker) async throws -> Result
  ) async throws -> Result {
    run.progress.begins(
      "\(call.identity.suite), \(call.identity.title), \(operations.testDescription)",
      variants: variants.map(\.variant), of: call.test?.id, cases: operations.casesInSweep,
      number: call.number)
    let start = MonotonicClock.now()
    defer { run.progress.ends(of: call.test?.id, nanoseconds: MonotonicClock.now() - start) }
    let ticker = CaseTicker { run.progress.say($0) }
    defer { withExtendedLifetime(ticker) {} }
    return try await body(ticker)
  }

  /// Measures the case in this process, and decides its gates.
  private func measure(
    _ call: Call, in run: BenchmarkRun, _ ticker: CaseTicker, areEqual: (Output, Output) -> Bool
  ) async throws -> BenchmarkResult {
    let settings = call.settings
    let runSettings = try run.settings.get()
    let kitCost = await KitCost.measured()
    let server = try await run.server()
    let placement = PlacedPlacement(
      settings.placement, clients: clients, isOwnServer: server.info.kind == .throwaway)
    let plan = SamplingPlan(
      operations: operations.value, clients: clients, budget: settings.budget, warmUp: settings.warmUp,
      seed: seed(of: call, runSettings), rate: settings.rate, goal: settings.goal)
    let (baselines, here) = try run.baselines(on: server.info)
    let gates = CaseGates(
      settings, of: call.identity, variants: variants.map(\.variant), looks: plan.looks,
      baseline: baselines.source(here: here), run: run, runSettings: runSettings, test: call.test)
    let cpuTimes = CPUTimes.now()
    let samples: SampleSet
    let decided: [GateOutcome]
    do {
      let measurement = try await withVariants(
        on: server, settings: settings, placement: placement,
        seed: seed(of: call, runSettings), patience: settings.patience ?? runSettings.patience
      ) { variants in
        ticker.note("checking that all variants do the same")
        try await OutputCheck.check(variants, areEqual: areEqual)
        ticker.note("measuring")
        var measurement = CaseMeasurement(plan: plan, gates: gates.plan, variants: variants.map(\.variant))
        try await measurement.takeAllSessions(of: variants) {
          ticker.note("measuring, \(Int($0 * 100)) % of it done,")
        }
        ticker.note("counting its statements")
        measurement.add(
          attribution: try await AttributionPass.run(variants, on: server, after: measurement.samples))
        return measurement
      }
      (samples, decided) = (measurement.samples, measurement.outcomes)
    } catch let error as RateNotFound {
      throw BenchmarkError("\(error)")
    } catch let error where !(error is CancellationError) {
      guard let cause = await server.causeOfFailure() else { throw error }
      throw BenchmarkError("\(error) \(cause)")
    }
    try checkRate(of: samples)
    let analysis = try Analysis(
      of: samples, comparing: gates.plan.gates.compactMap(\.gate.pair).uniqued,
      operationsCounted: operationsPerIteration)
    let outcomes = gates.explained(decided, of: gates.plan.gates(on: samples), analysis: analysis)
    for comparison in analysis.comparisons { run.progress.say(Self.line(comparison)) }
    gates.record(outcomes, sourceLocation: call.test?.sourceLocation)
    let report = CaseReport(
      call.identity, samples: samples, analysis: analysis, gates: outcomes,
      baseline: baselines.comparison(of: call.identity, samples: samples, here: here), clients: clients,
      placement: ([placement.description] + [settings.roundTrip?.description].compactMap(\.self))
        .joined(separator: "; "),
      operationsCounted: operationsPerIteration,
      machine: cpuTimes.flatMap { start in CPUTimes.now().flatMap { $0.load(since: start) } },
      questions: settings.questions,
      source: call.test.map {
        TestSource(file: $0.sourceLocation.fileID, line: $0.sourceLocation.line, command: gates.command)
      })
    run.record(report, samples: samples, on: server.info, kitCost: kitCost)
    TestRun.current?.add(report)
    return BenchmarkResult(analysis: analysis, gates: outcomes, samples: samples, caseGates: gates)
  }

  /// What all that is random in the case follows from.
  func seed(of call: Call, _ runSettings: RunSettings) -> Seed {
    runSettings.seed.derived(call.identity.description)
  }

  /// Throws where a variant didn't keep to the rate: what its latencies are then hangs on how long it was
  /// measured.
  private func checkRate(of samples: SampleSet) throws(BenchmarkError) {
    guard let rate = samples.rate else { return }
    for series in samples.series {
      guard let held = samples.heldRate(of: series), !held.isHeld else { continue }
      throw BenchmarkError(
        """
        Variant "\(series.variant)" did not hold the rate: of \(Format.rate(rate.perSecond)) operations per \
        second it ran \(Format.rate(rate.perSecond * held.share)). The latencies of those that wait grow for as \
        long as it goes on, so that there is no figure: give .rate fewer, or the benchmark more clients.
        """)
    }
  }

  private func validate(_ settings: CaseSettings) throws {
    guard clients >= 1, operationsPerIteration >= 1 else {
      throw BenchmarkError("clients and operationsPerIteration must be at least 1.")
    }
    guard operations.value >= 1 else {
      throw BenchmarkError(
        "A count of \(operations.value) operations can't be measured: give counts from 1 on, and a sweep "
          + "at least one."
      )
    }
    if let problem = settings.budget.problem { throw BenchmarkError("The .budget trait: \(problem).") }
    if let problem = settings.warmUp.problem { throw BenchmarkError("The .warmup trait: \(problem).") }
    if let tolerance = settings.tolerance, !tolerance.isMeaningful {
      throw BenchmarkError("The .tolerance trait: \(GateError.toleranceOutOfRange(tolerance))")
    }
    for question in settings.questions {
      if let tolerance = question.tolerance, !tolerance.isMeaningful || tolerance.percent < 0 {
        throw BenchmarkError(
          "The .tolerance trait of \(question.quantity): \(GateError.toleranceOutOfRange(tolerance))")
      }
      guard
        Question.aboutBuilds(.percent(0)).contains(where: {
          $0.quantity == question.quantity && $0.quantity != .time
        })
      else {
        throw BenchmarkError(
          "\(question.quantity) is not compared besides the typical time, so that no trait can change how: "
            + "gate it."
        )
      }
    }
    if let patience = settings.patience, !(.milliseconds(100) ... .seconds(86_400)).contains(patience) {
      throw BenchmarkError("The .patience trait: \(patience) is not from 0.1 to 86,400 seconds.")
    }
    try settings.roundTrip?.validate()
    if let problem = settings.rate?.problem(clients: clients) {
      throw BenchmarkError("The .rate trait: \(problem).")
    }
    if let problem = settings.goal?.problem {
      throw BenchmarkError("The .findRate trait: a latency of \(problem).")
    }
    let names = variants.map(\.variant)
    guard !names.isEmpty, Set(names).count == names.count else {
      throw BenchmarkError(
        "A benchmark needs at least one variant, each with a name of its own; given: "
          + "\(names.map(\.name).joined(separator: ", ")).")
    }
    for gate in settings.gates {
      if settings.rate != nil || settings.goal != nil, case .metric(let metric) = gate.quantity,
        Metric.ofClients.contains(metric)
      {
        throw BenchmarkError(
          "The gate \"\(gate)\" can't be held at a rate: a client waits between operations, and what that takes "
            + "is in its figure.")
      }
      do throws(GateError) {
        try gate.validate(metrics: settings.metrics.map(\.metric))
      } catch {
        throw BenchmarkError("The gate \"\(gate)\" can't be held. \(error)")
      }
      for wanted in [gate.variant, gate.reference].compactMap(\.self) where !names.contains(wanted) {
        throw BenchmarkError(
          "The gate \"\(gate)\" is about a variant \"\(wanted)\" that this benchmark hasn't; it has: "
            + "\(names.map(\.name).joined(separator: ", ")).")
      }
    }
  }

  private static func line(_ comparison: Comparison) -> String {
    let estimate = comparison.estimate
    return "\(comparison.pair.variant) takes \(Format.ratio(estimate)) of the time of "
      + "\(comparison.pair.reference) (\(Format.confidence(estimate.confidence)): "
      + "\(Format.ratioInterval(estimate)))"
  }
}

extension BenchmarkCase {
  /// Gives the variants as many databases, and all the same way to the server; drops and closes them in the
  /// end.
  func withVariants<Answer>(
    on server: any DatabaseServer, settings: CaseSettings, placement: PlacedPlacement,
    seed: Seed, patience: Duration,
    _ body: ([CaseVariant<Output>]) async throws -> Answer
  ) async throws -> Answer {
    var databases: [Database] = []
    var proxy: RoundTripProxy?
    func cleanUp() async {
      proxy?.close()
      // What can't be dropped now is dropped with the server, or when the process ends. In a task that isn't
      // cancelled with the test's.
      await Task { [databases] in for database in databases { try? await database.drop() } }.value
    }
    do {
      for _ in variants { databases.append(try await server.database(for: settings.fixture)) }
      let configurations = databases.map(\.configuration)
      let answer = try await body(
        try prepared(
          // They swap their databases from session to session.
          variants.indices.map { Array(configurations[$0...] + configurations[..<$0]) }, settings: settings,
          placement: placement, checkpointer: server.checkpointerProcessID,
          isServerHere: server.info.kind == .throwaway, seed: seed, patience: patience, proxy: &proxy)
      )
      await cleanUp()
      return answer
    } catch {
      await cleanUp()
      throw error
    }
  }

  /// The variants, ready to open sessions, and on the way to the server that the settings ask for.
  ///
  /// - Parameter databases: For each variant those that it works in, one session after the other.
  /// - Parameter proxy: Set to what has to be closed in the end, if anything.
  func prepared(
    _ databases: [[PostgresConfiguration]], settings: CaseSettings, placement: PlacedPlacement,
    checkpointer: Int32, isServerHere: Bool, seed: Seed, patience: Duration,
    proxy: inout RoundTripProxy?
  ) throws -> [CaseVariant<Output>] {
    var databases = databases
    if let roundTrip = settings.roundTrip, let first = databases.first?.first {
      let way = try RoundTripProxy(to: first, roundTrip: roundTrip)
      proxy = way
      databases = databases.map { $0.map { way.configuration(for: $0) } }
    }
    return zip(variants, databases).compactMap { variant, databases in
      databases.first.map { first in
        CaseVariant(
          variant, databases: databases,
          request: SessionRequest(
            database: first, clients: clients, variants: variants.count, placement: placement,
            checkpointer: checkpointer, isServerHere: isServerHere, metrics: settings.metrics,
            hasProxy: proxy != nil, patience: patience, seed: seed))
      }
    }
  }
}
