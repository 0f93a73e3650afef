/// A variant that can be made to run blocks of operations: what the sampler works with.
///
/// The sampler decides which variant runs when and for how long. It knows nothing of drivers and connections.
package protocol SampledVariant: Sendable {
  /// Whose samples these become.
  var variant: Variant { get }

  /// Opens fresh connections.
  func beginSession() async throws

  /// Runs operations one after the other with each client, and all clients at once, and times them.
  ///
  /// - Parameter first: The index that the first operation is given; the others count on from it.
  /// - Parameter operations: How many, all clients together.
  func run(first: Int, operations: Int) async throws -> BlockTiming

  /// Closes the connections; also called when something failed before.
  func endSession() async
}

/// How long a block took.
package struct BlockTiming: Sendable, Hashable, Codable {
  /// Wall time of the whole block in nanoseconds, from the first client's start to the last one's end.
  package let elapsed: Int

  /// The latency of each operation in nanoseconds, in order, client after client.
  package let latencies: [Int]

  /// What the block used besides time, in each metric's unit.
  package let usage: [Metric: Double]

  /// What disturbed the block, in a word such as `checkpoint`; nil if nothing did.
  package let disturbance: String?

  /// Records a block's timing.
  package init(
    elapsed: Int, latencies: [Int], usage: [Metric: Double] = [:], disturbance: String? = nil
  ) {
    self.elapsed = elapsed
    self.latencies = latencies
    self.usage = usage
    self.disturbance = disturbance
  }
}

extension BlockTiming {
  /// The same block without its first operations; what it used besides time is shared evenly.
  package func droppingFirst(_ count: Int) -> BlockTiming {
    guard count > 0, latencies.count > count else { return self }
    let share = Double(latencies.count - count) / Double(latencies.count)
    return BlockTiming(
      elapsed: elapsed - latencies.prefix(count).reduce(0, +), latencies: Array(latencies.dropFirst(count)),
      usage: usage.mapValues { $0 * share }, disturbance: disturbance)
  }
}
