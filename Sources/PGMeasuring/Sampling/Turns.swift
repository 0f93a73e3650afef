/// The turns of one session: which variants take them, and in which order.
package struct Turns {
  package let variants: [any SampledVariant]
  package let schedule: Schedule
  package let session: Int

  /// Runs one block of every variant and returns the timings in the variants' own order.
  package func round(_ round: Int, of sampling: inout Sampling, operations: Int) async throws -> [BlockTiming]
  {
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
