import PGMeasuring
import PGVerdicts

/// A variant that runs in the test program of one side: what the sampler has of it.
struct RemoteVariant: SampledVariant {
  let series: CommitSeries
  let identity: CaseIdentity
  let worker: WorkerProcess
  let clients: Int

  var variant: Variant { series.name }

  private var name: String { "\(identity), \(series.variant)" }

  func beginSession() async throws {
    try await worker.carryOut(.open(variant: series.index), as: name)
  }

  func run(first: Int, operations: Int) async throws -> BlockTiming {
    let request = WorkerRequest.run(variant: series.index, first: first, operations: operations)
    guard case .timed(let timing) = try await worker.ask(request, as: name, clients: clients) else {
      throw GateFailure(
        .otherProtocol,
        "The \(series.side.rawValue) answered the request to run a block of \(name) without its times.")
    }
    return timing
  }

  func endSession() async {
    // What can't be closed ends with its process.
    try? await worker.carryOut(.close(variant: series.index), as: name)
  }
}
