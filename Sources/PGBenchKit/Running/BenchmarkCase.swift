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

  /// Measures the case, records its gates' failures as issues of the test, and keeps its report.
  func run(areEqual: (Output, Output) -> Bool) async throws -> BenchmarkResult {
    try MeasuredBody.checkMayMeasure()
    let run = BenchmarkRun.shared
    let runSettings = try run.settings.get()
    let test = Test.current
    let settings = CaseSettings(traits: test?.traits ?? [], profile: runSettings.profile)
    try validate(settings)
    let scope = CaseScope.current ?? CaseScope(test, Test.Case.current, in: nil)
    let number = scope.begin()
    let identity = try scope.identity(operations: operations.value)
    if let worker = BenchmarkWorker.shared {
      return try await serve(
        by: worker, as: identity, scope: scope, settings: settings, test: test, areEqual: areEqual)
    }
    try run.prepareDelivery()

    return try await CaseLock.withTurn(waiting: { run.progress.say($0) }) {
      // Another body may have been left behind meanwhile.
      try MeasuredBody.checkMayMeasure()
      run.progress.begins(
        "\(identity.suite), \(identity.title), \(operations.testDescription)",
        variants: variants.map(\.variant),
        of: test?.id, cases: operations.casesInSweep, number: number)
      let start = MonotonicClock.now()
      defer { run.progress.ends(of: test?.id, nanoseconds: MonotonicClock.now() - start) }

      let ticker = CaseTicker { run.progress.say($0) }
      defer { withExtendedLifetime(ticker) {} }

      let kitCost = await KitCost.measured()
      let server = try await SharedServer.server()
      let placement = PlacedPlacement(
        settings.placement, clients: clients, isOwnServer: server.info.kind == .throwaway)
      let plan = SamplingPlan(
        operations: operations.value, clients: clients, budget: settings.budget, warmUp: settings.warmUp,
        seed: runSettings.seed.derived(identity.description))
      let (baselines, here) = try run.baselines(on: server.info)
      let gates = CaseGates(
        settings, of: identity, variants: variants.map(\.variant), looks: plan.looks,
        baseline: baselines.source(here: here), run: run, runSettings: runSettings, test: test)
      let cpuTimes = CPUTimes.now()
      let measurement: CaseMeasurement
      do {
        measurement = try await withVariants(
          on: server, settings: settings, placement: placement, patience: runSettings.patience
        ) { variants in
          ticker.note("checking that all variants do the same")
          try await OutputCheck.check(variants, areEqual: areEqual)
          ticker.note("measuring")
          var measurement = CaseMeasurement(
            plan: plan, gates: gates.plan, variants: variants.map(\.variant))
          try await measurement.takeAllSessions(of: variants) {
            ticker.note("measuring, \(Int($0 * 100)) % of it done,")
          }
          ticker.note("counting its statements")
          measurement.add(
            attribution: try await AttributionPass.run(variants, on: server, after: measurement.samples))
          return measurement
        }
      } catch let error where !(error is CancellationError) {
        guard let obituary = await server.obituary() else { throw error }
        throw BenchmarkError("\(error) \(obituary)")
      }
      let samples = measurement.samples
      let analysis = try Analysis(
        of: samples, comparing: gates.plan.gates.compactMap(\.gate.pair),
        operationsCounted: operationsPerIteration)
      let outcomes = gates.explained(measurement.outcomes, of: gates.plan.gates, analysis: analysis)
      for comparison in analysis.comparisons { run.progress.say(Self.line(comparison)) }
      gates.record(outcomes, sourceLocation: test?.sourceLocation)
      run.record(
        CaseReport(
          identity, samples: samples, analysis: analysis, gates: outcomes,
          baseline: baselines.comparison(of: identity, samples: samples, here: here), clients: clients,
          placement: ([placement.description] + [settings.roundTrip?.description].compactMap(\.self))
            .joined(separator: "; "),
          operationsCounted: operationsPerIteration,
          machine: cpuTimes.flatMap { start in CPUTimes.now().flatMap { $0.load(since: start) } }),
        samples: samples, on: server.info, kitCost: kitCost)
      return BenchmarkResult(analysis: analysis, gates: outcomes, samples: samples, caseGates: gates)
    }
  }

  private func validate(_ settings: CaseSettings) throws {
    guard clients >= 1, operationsPerIteration >= 1 else {
      throw BenchmarkError("clients and operationsPerIteration must be at least 1.")
    }
    guard operations.value >= 1 else {
      throw BenchmarkError(
        "A count of \(operations.value) operations can't be measured: give counts from 1 on, and a sweep at least one."
      )
    }
    if let problem = settings.budget.problem { throw BenchmarkError("The .budget trait: \(problem).") }
    if let problem = settings.warmUp.problem { throw BenchmarkError("The .warmup trait: \(problem).") }
    if let tolerance = settings.tolerance, !tolerance.isMeaningful {
      throw BenchmarkError("The .tolerance trait: \(GateError.toleranceOutOfRange(tolerance))")
    }
    try settings.roundTrip?.validate()
    let names = variants.map(\.variant)
    guard !names.isEmpty, Set(names).count == names.count else {
      throw BenchmarkError(
        "A benchmark needs at least one variant, each with a name of its own; given: "
          + "\(names.map(\.name).joined(separator: ", ")).")
    }
    for gate in settings.gates {
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
      + "\(comparison.pair.reference) (\(Format.confidence(estimate.confidence)): \(Format.ratioInterval(estimate)))"
  }
}
