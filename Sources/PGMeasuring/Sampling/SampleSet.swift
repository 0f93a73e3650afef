package import PGStatistics

/// All that was measured of one case: what the sampler hands to the statistics.
package struct SampleSet: Sendable, Hashable {
  /// What was measured of one variant.
  package struct Series: Sendable, Hashable {
    /// Whose samples these are.
    package let variant: Variant

    /// The blocks in the order in which they ran.
    package var blocks: [Block]

    /// The latency of each operation in nanoseconds, all clients together, block after block.
    package var latencies: [Int]

    /// How long it took to connect all clients, session by session, in nanoseconds: the mean of a session's
    /// openings.
    package var openings: [Int] = []

    /// How long each client's first operation on its fresh connection took, all at once, session by session,
    /// in nanoseconds.
    package var firstOperations: [Int] = []

    /// What ran beside what is compared, and counts for the whole time all the same: the lead-ins of blocks,
    /// and the blocks of rounds that were taken again.
    package private(set) var uncompared: [Block] = []

    /// How many blocks something disturbed, by what, whether or not their rounds were taken again.
    package private(set) var disturbances: [String: Int] = [:]

    /// Metrics that were taken after the measurement, in a session of their own, for each operation or as a
    /// whole.
    package var attribution: [MetricSummary] = []

    /// Metrics that were measured and can't be used, with the reason (`add`).
    package private(set) var unusable: [Metric: String] = [:]

    /// Collects a variant's samples.
    package init(variant: Variant, blocks: [Block] = [], latencies: [Int] = []) {
      self.variant = variant
      self.blocks = blocks
      self.latencies = latencies
    }

    /// Adds a block and the latencies of its operations.
    ///
    /// A figure that is no finite number is left out here, before anything is computed of it, and the metric
    /// can't be used: what the other blocks say of it is not the whole.
    package mutating func add(_ block: Block, latencies: [Int]) {
      var block = block
      for (metric, used) in block.usage where !used.isFinite {
        block.usage[metric] = nil
        if unusable[metric] == nil {
          unusable[metric] = "its counter moved by \(used) in a block, and must give finite numbers"
        }
      }
      blocks.append(block)
      self.latencies.append(contentsOf: latencies)
    }

    /// Keeps a block, or a part of one, that isn't compared round by round.
    package mutating func add(uncompared block: Block) {
      if block.operations > 0 { uncompared.append(block) }
    }

    /// Counts a block that something disturbed, in a word such as `checkpoint`.
    package mutating func add(disturbance: String) { disturbances[disturbance, default: 0] += 1 }

    /// How many blocks were disturbed, by whatever.
    package var disturbedBlocks: Int { disturbances.values.reduce(0, +) }
  }

  /// What ran before the measurement, and was not measured.
  package struct WarmUp: Sendable, Hashable, Codable {
    /// How many operations ran, all variants and sessions together.
    package var operations: Int

    /// How long they took, in nanoseconds.
    package var duration: Int

    /// In how many sessions the warm-up went on until every variant's times had stopped falling
    /// (`SteadyState`).
    package var steadySessions: Int

    /// How many sessions were warmed up.
    package var sessions: Int

    /// Records a warm-up.
    package init(operations: Int = 0, duration: Int = 0, steadySessions: Int = 0, sessions: Int = 0) {
      self.operations = operations
      self.duration = duration
      self.steadySessions = steadySessions
      self.sessions = sessions
    }

    /// Reads a warm-up; reports of earlier versions don't tell of steadiness.
    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        operations: try container.decode(Int.self, forKey: .operations),
        duration: try container.decode(Int.self, forKey: .duration),
        steadySessions: try container.decodeIfPresent(Int.self, forKey: .steadySessions) ?? 0,
        sessions: try container.decodeIfPresent(Int.self, forKey: .sessions) ?? 0)
    }
  }

  /// One series for each variant, in the order in which the benchmark named them.
  package var series: [Series]

  /// The warm-up.
  package var warmUp: WarmUp

  /// How many clients ran at once.
  package var clients = 1

  /// At which rate operations were to begin; nil where each began when the one before it had ended.
  package var rate: ArrivalRate?

  /// What the highest rate was looked for that holds it, one block a session at that; nil where none was.
  package var goal: RateGoal?

  /// How many rounds were taken again since a block of them had been disturbed, by what.
  package var retakenRounds: [String: Int] = [:]

  /// The index of the first operation that hasn't been run.
  package var nextOperation = 0

  /// How many disturbed rounds were kept, for too many had been taken again already.
  package var disturbedRounds = 0

  /// At which of the planned looks the sampling ended.
  package var look = Look.only

  /// Collects the samples of a case.
  package init(series: [Series], warmUp: WarmUp = WarmUp()) {
    self.series = series
    self.warmUp = warmUp
  }

  /// The variants in their order.
  package var variants: [Variant] { series.map(\.variant) }

  /// Whether any block has a figure of a metric.
  package func has(_ metric: Metric) -> Bool {
    series.contains { $0.blocks.contains { $0.usage[metric] != nil } }
  }

  /// The samples of a variant, if it took part.
  package subscript(variant: Variant) -> Series? {
    series.first { $0.variant == variant }
  }
}

/// The operations that one variant ran in a row in one round: the smallest unit that is compared.
package struct Block: Sendable, Hashable {
  /// The session (a set of fresh connections), from 0.
  package let session: Int

  /// The round within the session, from 0.
  package let round: Int

  /// How many operations were run, all clients together.
  package let operations: Int

  /// What is compared, in nanoseconds: wall time of the whole block, and of an open loop the sum of its
  /// operations' latencies, for its wall time is what the rate makes it.
  package let elapsed: Int

  /// What the whole block used besides time, in each metric's unit; without those that could not be had.
  package internal(set) var usage: [Metric: Double]

  /// How long it took and was to take; nil of a closed loop.
  package let pace: Pace?

  /// Records a block.
  package init(
    session: Int, round: Int, operations: Int, elapsed: Int, usage: [Metric: Double] = [:], pace: Pace? = nil
  ) {
    self.pace = pace
    self.session = session
    self.round = round
    self.operations = operations
    self.elapsed = elapsed
    self.usage = usage
  }

  /// The time that the block took of its variant's, in nanoseconds: of an open loop at least what it was to.
  package var taken: Int { pace.map { max($0.wall, $0.intended) } ?? elapsed }

  /// Nanoseconds for each operation; nil when nothing ran or no time passed.
  package var timePerOperation: Double? {
    operations > 0 && elapsed > 0 ? Double(elapsed) / Double(operations) : nil
  }

}

extension [Block] {
  /// The blocks session by session, in the order in which they ran.
  package var sessions: [ArraySlice<Block>] {
    var sessions: [ArraySlice<Block>] = []
    var rest = self[...]
    while let first = rest.first {
      let session = rest.prefix { $0.session == first.session }
      sessions.append(session)
      rest = rest.dropFirst(session.count)
    }
    return sessions
  }
}
