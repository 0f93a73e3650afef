package import PGMeasuring
package import PGVerdicts

/// One benchmark case in the report: its figures, comparisons, gates and round data.
package struct CaseReport: Sendable, Hashable, Codable {
  /// The display names of the suites around the test, the outermost first.
  package let suites: [String]
  /// The test's display name.
  package let test: String
  /// The name of the test's function, where the display name is another.
  package let function: String?
  /// What the test was given, but for the count.
  package let arguments: [CaseIdentity.Argument]
  /// The count of the sweep.
  package let operations: Int
  /// Which of the benchmarks with all the above it is, from 1.
  package let call: Int
  /// For how many operations one run of the body counts in `operationsPerSecond`.
  package let operationsCounted: Int
  /// How many clients ran at once, each on a connection of its own.
  package let clients: Int
  /// At which rate operations were to begin; nil where each began when the one before it had ended.
  package let rate: ArrivalRate?
  /// What the highest rate was looked for that holds it, which the operations per second are; nil where none
  /// was.
  package let goal: RateGoal?
  /// How clients and backends were placed on processors, in words.
  package let placement: String
  /// Each variant's figures, in the benchmark's order.
  package let variants: [VariantSummary]
  /// The comparisons: every variant against the first, then the pairs that gates asked for.
  package let comparisons: [Comparison]
  /// The comparisons that could not be made, with reasons.
  package let missingComparisons: [MissingComparison]
  /// The gates with their outcomes.
  package let gates: [GateOutcome]
  /// What isn't compared though it usually is, as the test says; nil in reports of versions that compared
  /// all.
  package let notCompared: [NotCompared]?
  /// How noisy the case was, and what it could have seen.
  package let selfCheck: SelfCheck
  /// What became of each variant against the stored baseline; nil where none was named.
  package let baseline: BaselineComparison?
  /// What ran before the measurement.
  package let warmUp: SampleSet.WarmUp
  /// How long it took to connect all clients of each variant, session by session.
  package let connects: [Connects]?
  /// How long each client's first operation took on its fresh connection, session by session; nil in reports
  /// of versions that didn't keep it.
  package let firstOperations: [Connects]?
  /// What disturbed the measurement; nil in reports of versions that didn't look.
  package let disturbances: Disturbances?
  /// What the machine's CPUs did meanwhile; nil where the system doesn't tell.
  package let machine: MachineLoad?
  /// The blocks of each variant.
  package let rounds: [RoundSeries]
  /// What ran besides and is in the whole time: the first operations of blocks that aren't compared, and the
  /// blocks of rounds that were taken again; nil in reports of versions that didn't keep it.
  package let uncompared: [RoundSeries]?
  /// Where its test is, and how that is run alone; nil where it isn't known, and in reports of versions that
  /// didn't tell.
  package let source: TestSource?

  /// Puts a case's report together from what was measured and what followed from it.
  ///
  /// Pass the `operationsCounted` that the analysis was made with.
  package init(
    _ identity: CaseIdentity, samples: SampleSet, analysis: Analysis, gates: [GateOutcome] = [],
    baseline: BaselineComparison? = nil, clients: Int = 1, placement: String, operationsCounted: Int = 1,
    machine: MachineLoad? = nil, questions: [QuestionChange] = [], source: TestSource? = nil
  ) {
    self.source = source
    notCompared = questions.compactMap { question in
      question.reason.map { NotCompared(quantity: "\(question.quantity)", reason: $0) }
    }
    suites = identity.suites
    test = identity.test
    function = identity.function
    arguments = identity.arguments
    operations = identity.operations
    call = identity.call
    self.operationsCounted = operationsCounted
    self.clients = clients
    self.placement = placement
    rate = samples.rate
    goal = samples.goal
    variants = analysis.variants
    comparisons = analysis.comparisons
    missingComparisons = analysis.missing
    self.gates = gates
    self.baseline = baseline
    selfCheck = analysis.selfCheck
    warmUp = samples.warmUp
    self.machine = machine
    connects = samples.series.map { Connects(variant: $0.variant, nanoseconds: $0.openings) }
    firstOperations = samples.series.map { Connects(variant: $0.variant, nanoseconds: $0.firstOperations) }
    disturbances = Disturbances(
      retakenRounds: samples.retakenRounds, keptRounds: samples.disturbedRounds,
      blocks: Dictionary(
        samples.series.map { ($0.variant.name, $0.disturbedBlocks) },
        uniquingKeysWith: { first, _ in first }))
    rounds = samples.series.map { RoundSeries($0.variant, $0.blocks) }
    uncompared = samples.series.map { RoundSeries($0.variant, $0.uncompared) }
  }

  /// What took so long once in each session of a variant: to connect all clients, or their first operations.
  package struct Connects: Sendable, Hashable, Codable {
    /// Whose sessions these were.
    package let variant: Variant
    /// Session by session, in nanoseconds.
    package let nanoseconds: [Int]
  }

  /// A quantity that a test has declared irrelevant.
  package struct NotCompared: Sendable, Hashable, Codable {
    /// Which.
    package let quantity: String
    /// Why.
    package let reason: String
  }

  /// Rounds in which a checkpoint, another load on the CPU or the like spoiled a block.
  package struct Disturbances: Sendable, Hashable, Codable {
    /// How many rounds were taken again, by what disturbed them.
    package let retakenRounds: [String: Int]
    /// How many were kept, for too many had been taken again already.
    package let keptRounds: Int
    /// How many blocks of each variant were disturbed, in rounds of either kind; nil in reports of versions
    /// that didn't count them.
    package let blocks: [String: Int]?
  }

  /// Which case this is.
  package var identity: CaseIdentity {
    CaseIdentity(
      suites: suites, test: test, function: function, arguments: arguments, operations: operations, call: call
    )
  }

  /// How many operations a run of the body counts as: one at least, whatever the report was made with.
  var counted: Int { max(1, operationsCounted) }

  /// The suites' names in one.
  package var suite: String { CaseIdentity.joined(suites) }

  /// The figures of a variant, if it took part.
  package subscript(variant: Variant) -> VariantSummary? {
    variants.first { $0.variant == variant }
  }
}

/// Where a test is written, and how it is run alone.
package struct TestSource: Sendable, Hashable, Codable {
  /// The source file, such as `ShopBenchmarks/OrderBenchmarks.swift`.
  package let file: String
  /// The line in it, from 1.
  package let line: Int
  /// The command that runs the test alone; nil where it isn't known.
  package let command: String?

  /// Names a line.
  package init(file: String, line: Int, command: String? = nil) {
    self.file = file
    self.line = line
    self.command = command
  }
}

/// The blocks of one variant as columns: the raw data behind a comparison, compact enough to keep.
///
/// The four arrays are equally long; what stands at one index belongs to one block. Blocks of two variants
/// with the same session and round ran side by side.
package struct RoundSeries: Sendable, Hashable, Codable {
  /// Whose blocks these are.
  package let variant: Variant
  /// The session of each block, from 0.
  package let session: [Int]
  /// The round within the session, from 0.
  package let round: [Int]
  /// How many operations the block ran.
  package let operations: [Int]
  /// The block's wall time in nanoseconds; of a case with a rate the sum of its operations' latencies.
  package let elapsed: [Int]

  /// Turns a variant's blocks into columns.
  package init(_ variant: Variant, _ blocks: [Block]) {
    self.variant = variant
    session = blocks.map(\.session)
    round = blocks.map(\.round)
    operations = blocks.map(\.operations)
    elapsed = blocks.map(\.elapsed)
  }

  /// The blocks again; what is missing in a shorter column is left out.
  package var blocks: [Block] {
    let count = [session.count, round.count, operations.count, elapsed.count].min() ?? 0
    return (0..<count).map {
      Block(session: session[$0], round: round[$0], operations: operations[$0], elapsed: elapsed[$0])
    }
  }
}

extension RoundSeries {
  private enum CodingKeys: String, CodingKey {
    case variant, session, round, operations, elapsed
  }

  /// Writes what the compiler would, but leaves the columns to `NumberColumns` where they are kept.
  package func encode(to encoder: any Encoder) throws {
    let kept = NumberColumns.kept(by: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(variant, forKey: .variant)
    let columns: [(CodingKeys, [Int])] = [
      (.session, session), (.round, round), (.operations, operations), (.elapsed, elapsed),
    ]
    for (key, column) in columns {
      if let kept {
        try container.encode(kept.keep(column), forKey: key)
      } else {
        try container.encode(column, forKey: key)
      }
    }
  }
}

/// What the whole machine's CPUs did while a case ran: shares of their time.
package struct MachineLoad: Sendable, Hashable, Codable {
  /// The share in which any CPU worked, for the benchmark or for others.
  package let busy: Double
  /// The share that a hypervisor gave to other machines though this one could have used it.
  package let stolen: Double

  /// Records shares, from 0 to 1.
  package init(busy: Double, stolen: Double) {
    self.busy = busy
    self.stolen = stolen
  }
}

extension Sequence<CaseReport> {
  /// The cases of each test, which differ in their counts only, in the order of their first ones, by their
  /// identity without a count.
  var tests: [(key: CaseIdentity, cases: [CaseReport])] {
    let keyed = map { (key: $0.identity.place.identity(operations: 0, call: $0.call), report: $0) }
    let grouped = Dictionary(grouping: keyed, by: \.key)
    return keyed.map(\.key).uniqued.map { ($0, grouped[$0, default: []].map(\.report)) }
  }
}
