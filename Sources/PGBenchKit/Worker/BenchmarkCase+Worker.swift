import PGBenchHost
import PGDriver
import PGMeasuring
import PGVerdicts
import Testing

extension BenchmarkCase {
  /// Takes part in a comparison of two commits: does block by block what the coordinator requests.
  ///
  /// - Returns: A result without any figure, for the test's body to go on with: the coordinator has them.
  func serve(
    by worker: BenchmarkWorker, as identity: CaseIdentity, scope: CaseScope, settings: CaseSettings,
    test: Test?,
    areEqual: (Output, Output) -> Bool
  ) async throws -> BenchmarkResult {
    let usual = try BenchmarkRun.shared.settings.get().profile.budget
    let asked = settings.budget == usual ? nil : settings.budget
    let arrival = WorkerCase(
      identity: identity, variants: variants.map(\.variant), clients: clients,
      operationsPerIteration: operationsPerIteration, budget: asked, warmUp: settings.warmUp,
      tolerance: settings.tolerance, fixture: settings.fixture.name, fixtureScript: settings.fixture.script,
      placement: PlacedPlacement(settings.placement, clients: clients, isOwnServer: true).description,
      source: test.map { .init(path: $0.sourceLocation.filePath, line: $0.sourceLocation.line) },
      filter: test?.filter)
    if let assignment = try await worker.arrive(arrival, in: scope) {
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
          patience: try BenchmarkRun.shared.settings.get().patience, proxy: &proxy)
        if assignment.checksOutputs { try await OutputCheck.check(variants, areEqual: areEqual) }
        worker.say(.done)
        for await request in requests { worker.say(await answer(to: request, variants)) }
      } catch {
        worker.say(.failed("\(error)"))
        for await _ in requests {}
      }
    }
    return try BenchmarkResult(elsewhere: identity)
  }

  private func answer(to request: WorkerRequest, _ variants: [CaseVariant<Output>]) async -> WorkerMessage {
    do {
      try request.validate(variants: variants.count, clients: clients)
      switch request {
      case .open(let index):
        try await variants[index].beginSession()
        return .done
      case .run(let index, let first, let operations):
        return .timed(try await variants[index].run(first: first, operations: operations))
      case .close(let index):
        await variants[index].endSession()
        return .done
      case .skip, .begin, .finish: return .failed("a request that is for no assigned case")
      }
    } catch {
      return .failed("\(error)")
    }
  }
}
