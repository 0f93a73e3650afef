/// The turns of one session: who takes them, and in which order.
struct Turns {
  let variants: [any SampledVariant]
  let schedule: Schedule
  let session: Int

  /// Runs one block of every variant and answers the timings in the variants' own order.
  func round(_ round: Int, of sampling: inout Sampling, operations: Int) async throws -> [BlockTiming] {
    // A test that ran out of its time limit is cancelled: between blocks is the place to notice.
    try Task.checkCancellation()
    var timings: [Int: BlockTiming] = [:]
    for index in schedule.order(session: session, round: round) {
      timings[index] = try await variants[index].run(first: sampling.next, operations: operations)
    }
    sampling.spend(operations)
    return variants.indices.compactMap { timings[$0] }
  }
}
