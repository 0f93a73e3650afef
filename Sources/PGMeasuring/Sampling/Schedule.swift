package import PGSystem

/// In which order the variants take their turns, round by round.
///
/// A benchmark compares only neighbours in time: in every round each variant runs one block. Rounds come in
/// pairs, a random order and then the same order backwards (ABBA for two variants), so that within a pair
/// every variant has the same mean position and a steady drift cancels. Everything follows from the seed.
///
/// Where only some of the variants are compared with each other, they are a group, whose blocks always run
/// next to each other.
package struct Schedule: Sendable, Hashable {
  /// The indices of the variants in their groups.
  package let groups: [[Int]]

  private let seed: Seed

  /// Makes the schedule of a seed for a number of variants; with none of them, every order is empty.
  package init(variantCount: Int, seed: Seed) {
    self.init(groups: [Array(0..<max(0, variantCount))], seed: seed)
  }

  /// Makes the schedule of a seed for variants in groups.
  package init(groups: [[Int]], seed: Seed) {
    self.groups = groups
    self.seed = seed.derived("schedule")
  }

  /// The indices of the variants in the order in which they run in a round.
  ///
  /// Sessions and rounds count from 0. Rounds 0 and 1 are a pair, 2 and 3 the next.
  package func order(session: Int, round: Int) -> [Int] {
    let pair = round >> 1
    let forward = permutation(seed.derived(session).derived(pair))
    return round & 1 == 0 ? forward : forward.reversed()
  }

  /// The indices of the variants in the order in which they open their connections in a session.
  ///
  /// A variant that opens second is slower or faster by some tenths of a per cent for the whole session,
  /// because its memory lies elsewhere. So sessions, too, come in pairs of an order and its reverse.
  package func opening(session: Int) -> [Int] {
    let forward = permutation(seed.derived("opening").derived(session >> 1))
    return session & 1 == 0 ? forward : forward.reversed()
  }

  private func permutation(_ seed: Seed) -> [Int] {
    var generator = seed.generator
    let places = groups.count > 1 ? generator.permutation(of: groups.count) : Array(groups.indices)
    return places.flatMap { place in
      generator.permutation(of: groups[place].count).map { groups[place][$0] }
    }
  }
}

/// The turns of one session: which variants take them, and in which order.
package struct Turns {
  package let variants: [any SampledVariant]
  package let schedule: Schedule
  package let session: Int

  /// Runs one block of every variant and returns the timings in the variants' own order.
  ///
  /// - Parameter rate: At which operations are to begin; nil for one after the other.
  package func round(
    _ round: Int, of sampling: inout Sampling, operations: Int, rate: ArrivalRate?
  ) async throws -> [BlockTiming] {
    // A test that ran out of its time limit is cancelled: between blocks is the place to notice.
    try Task.checkCancellation()
    var timings: [Int: BlockTiming] = [:]
    for index in schedule.order(session: session, round: round) {
      timings[index] = try await variants[index].run(
        first: sampling.next, operations: operations, rate: rate)
    }
    sampling.spend(operations)
    return variants.indices.compactMap { timings[$0] }
  }
}

/// A variant that can be made to run blocks of operations: what the sampler works with.
///
/// The sampler decides which variant runs when and for how long. It knows nothing of drivers and connections.
package protocol SampledVariant: Sendable {
  /// Whose samples these become.
  var variant: Variant { get }

  /// Opens fresh connections.
  ///
  /// - Parameter session: The session's number, from 0; the same again where connections are opened again.
  func beginSession(_ session: Int) async throws

  /// Runs operations one after the other with each client, and all clients at once, and times them.
  ///
  /// - Parameter first: The index that the first operation is given; the others count on from it.
  /// - Parameter operations: How many, all clients together.
  /// - Parameter rate: At which they are to begin; nil for each when the one before it has ended.
  func run(first: Int, operations: Int, rate: ArrivalRate?) async throws -> BlockTiming

  /// Closes the connections; also called when something failed before.
  func endSession() async
}

/// How long a block took.
package struct BlockTiming: Sendable, Hashable, Codable {
  /// Wall time of the whole block in nanoseconds, from the first client's start to the last one's end.
  package let elapsed: Int

  /// The latency of each operation in nanoseconds, in order, client after client; of an open loop from its
  /// intended start.
  package let latencies: [Int]

  /// What the block used besides time, in each metric's unit.
  package let usage: [Metric: Double]

  /// What disturbed the block, in a word such as `checkpoint`; nil if nothing did.
  package let disturbance: String?

  /// How long an open loop's block was to take, in nanoseconds (`Pace`); nil of a closed loop.
  package let intended: Int?

  /// Records a block's timing.
  package init(
    elapsed: Int, latencies: [Int], usage: [Metric: Double] = [:], disturbance: String? = nil,
    intended: Int? = nil
  ) {
    self.intended = intended
    self.elapsed = elapsed
    self.latencies = latencies
    self.usage = usage
    self.disturbance = disturbance
  }
}

extension BlockTiming {
  /// What is compared: the block's time, and of an open loop the sum of its latencies.
  package var compared: Int { intended == nil ? elapsed : latencies.reduce(0, +) }

  /// How long it took and was to take; nil of a closed loop.
  package var pace: Pace? { intended.map { Pace(wall: elapsed, intended: $0) } }

  /// The same block without its first operations; what it used besides time is shared evenly.
  package func droppingFirst(_ count: Int) -> BlockTiming {
    guard count > 0, latencies.count > count else { return self }
    let share = Double(latencies.count - count) / Double(latencies.count)
    return BlockTiming(
      elapsed: elapsed - latencies.prefix(count).reduce(0, +), latencies: Array(latencies.dropFirst(count)),
      usage: usage.mapValues { $0 * share }, disturbance: disturbance, intended: intended)
  }
}
