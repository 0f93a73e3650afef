import PGBenchHost
import PGDriver
import PGMeasuring
import PGVerdicts
import Testing

extension BenchmarkCase {
  /// Takes part in a duel between two commits: does block by block what the coordinator orders.
  ///
  /// - Returns: A result without any figure, for the test's body to go on with: the coordinator has them.
  func takePart(
    in duel: DuelParticipant, as identity: CaseIdentity, scope: CaseScope, settings: CaseSettings,
    test: Test?,
    areEqual: (Output, Output) -> Bool
  ) async throws -> BenchmarkResult {
    let usual = try BenchmarkRun.shared.settings.get().profile.budget
    let asked = settings.budget == usual ? nil : settings.budget
    let arrival = DuelCase(
      identity: identity, variants: variants.map(\.variant), clients: clients,
      operationsPerIteration: operationsPerIteration, budget: asked, warmUp: settings.warmUp,
      tolerance: settings.tolerance, fixture: settings.fixture.name, fixtureScript: settings.fixture.script,
      placement: PlacedPlacement(settings.placement, clients: clients, isOwnServer: true).description,
      source: test.map { .init(path: $0.sourceLocation.filePath, line: $0.sourceLocation.line) },
      filter: test?.filter)
    if let admission = try await duel.arrive(arrival, in: scope) {
      let orders = duel.orders()
      var proxy: RoundTripProxy?
      defer { proxy?.close() }
      do {
        guard admission.databases.count == variants.count else {
          throw BenchmarkError(
            "\(admission.databases.count) databases were given for \(variants.count) variants.")
        }
        let variants = try prepared(
          admission.databases.map { [PostgresConfiguration(parameters: $0)] }, settings: settings,
          placement: PlacedPlacement(
            settings.placement, clients: clients, isOwnServer: admission.isServerHere),
          checkpointer: admission.checkpointer, isServerHere: admission.isServerHere,
          patience: try BenchmarkRun.shared.settings.get().patience, proxy: &proxy)
        if admission.checksOutputs { try await OutputCheck.check(variants, areEqual: areEqual) }
        duel.say(.done)
        for await order in orders { duel.say(await answer(to: order, variants)) }
      } catch {
        duel.say(.failed("\(error)"))
        for await _ in orders {}
      }
    }
    return try BenchmarkResult(elsewhere: identity)
  }

  private func answer(to order: DuelOrder, _ variants: [CaseVariant<Output>]) async -> DuelMessage {
    do {
      try order.validate(variants: variants.count, clients: clients)
      switch order {
      case .open(let index):
        try await variants[index].beginSession()
        return .done
      case .run(let index, let first, let operations):
        return .timed(try await variants[index].run(first: first, operations: operations))
      case .close(let index):
        await variants[index].endSession()
        return .done
      case .pass, .admit, .leave: return .failed("an order that is for no admitted case")
      }
    } catch {
      return .failed("\(error)")
    }
  }
}
