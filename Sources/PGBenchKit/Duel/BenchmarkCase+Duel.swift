import PGBenchCore
import PGBenchHost
import PGDriver
import Testing

extension BenchmarkCase {
  /// Takes part in a duel between two commits: does block by block what the coordinator orders.
  ///
  /// - Throws: always, for there is no result that the test's body could go on with: the duel has it.
  func takePart(
    in duel: DuelParticipant, as identity: CaseIdentity, settings: CaseSettings, test: Test?,
    areEqual: (Output, Output) -> Bool
  ) async throws -> Never {
    let usual = try BenchmarkRun.shared.settings.get().profile.budget
    let asked = settings.budget == usual ? nil : settings.budget
    let arrival = DuelCase(
      identity: identity, variants: variants.map(\.variant), clients: clients,
      operationsPerIteration: operationsPerIteration, budget: asked, warmUp: settings.warmUp,
      tolerance: settings.tolerance, fixture: settings.fixture.name, fixtureScript: settings.fixture.script,
      placement: PlacedPlacement(settings.placement, clients: clients, isOwnServer: true).description,
      source: test.map { .init(path: $0.sourceLocation.filePath, line: $0.sourceLocation.line) },
      filter: test?.filter)
    if let admission = await duel.arrive(arrival) {
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
        for await order in orders { duel.say(await Self.answer(to: order, variants)) }
      } catch {
        duel.say(.failed("\(error)"))
        for await _ in orders {}
      }
    }
    throw BenchmarkError("\(identity) took part in a duel, so that there is no result here.")
  }

  private static func answer(
    to order: DuelOrder, _ variants: [CaseVariant<Output>]
  ) async -> DuelMessage {
    do {
      switch order {
      case .open(let index):
        try await variants[checked: index].beginSession()
        return .done
      case .run(let index, let first, let operations):
        return .timed(try await variants[checked: index].run(first: first, operations: operations))
      case .close(let index):
        try await variants[checked: index].endSession()
        return .done
      case .pass, .admit, .leave: return .failed("an order that is for no admitted case")
      }
    } catch {
      return .failed("\(error)")
    }
  }
}

extension Array {
  /// The element, or an error where there is none.
  fileprivate subscript(checked index: Int) -> Element {
    get throws(BenchmarkError) {
      guard indices.contains(index) else {
        throw BenchmarkError("there is no variant \(index), only \(count) of them")
      }
      return self[index]
    }
  }
}
