import PGMeasuring
import PGVerdicts

/// A variant that runs in the test program of one side: what the sampler has of it.
struct RemoteVariant: SampledVariant {
  let series: DuelSeries
  let identity: CaseIdentity
  let opponent: Opponent
  let clients: Int

  var variant: Variant { series.name }

  private var name: String { "\(identity), \(series.variant)" }

  func beginSession() async throws {
    try await opponent.carryOut(.open(variant: series.index), as: name)
  }

  func run(first: Int, operations: Int) async throws -> BlockTiming {
    let order = DuelOrder.run(variant: series.index, first: first, operations: operations)
    guard case .timed(let timing) = try await opponent.ask(order, as: name, clients: clients) else {
      throw GateFailure(
        .otherProtocol,
        "The \(series.side.rawValue) answered the order to run a block of \(name) without its times.")
    }
    return timing
  }

  func endSession() async {
    // What can't be closed ends with its process.
    try? await opponent.carryOut(.close(variant: series.index), as: name)
  }
}
