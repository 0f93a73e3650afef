public import PGMeasuring
public import PGVerdicts

/// One benchmark case in the report: its figures, comparisons, gates and round data.
public struct CaseReport: Sendable, Hashable, Codable {
  /// The display names of the suites around the test, the outermost first.
  public let suites: [String]
  /// The test's display name.
  public let test: String
  /// The name of the test's function, where the display name is another.
  public let function: String?
  /// What the test was given, but for the count.
  public let arguments: [CaseIdentity.Argument]
  /// The count of the sweep.
  public let operations: Int
  /// Which of the benchmarks with all the above it is, from 1.
  public let call: Int
  /// For how many operations one run of the body counts in `operationsPerSecond`.
  public let operationsCounted: Int
  /// How many clients ran at once, each on a connection of its own.
  public let clients: Int
  /// How clients and backends were placed on processors, in words.
  public let placement: String
  /// Each variant's figures, in the benchmark's order.
  public let variants: [VariantSummary]
  /// The comparisons: every variant against the first, then the pairs that gates asked for.
  public let comparisons: [Comparison]
  /// The comparisons that could not be made, with reasons.
  public let missingComparisons: [MissingComparison]
  /// The gates with their outcomes.
  public let gates: [GateOutcome]
  /// How noisy the case was, and what it could have seen.
  public let selfCheck: SelfCheck
  /// What became of each variant against the stored baseline; nil where none was named.
  public let baseline: BaselineComparison?
  /// What ran before the measurement.
  public let warmUp: SampleSet.WarmUp
  /// How long it took to connect all clients of each variant, session by session.
  public let connects: [Connects]?
  /// What disturbed the measurement; nil in reports of versions that didn't look.
  public let disturbances: Disturbances?
  /// What the machine's CPUs did meanwhile; nil where the system doesn't tell.
  public let machine: MachineLoad?
  /// The blocks of each variant.
  public let rounds: [RoundSeries]

  /// Puts a case's report together from what was measured and what followed from it.
  ///
  /// Pass the `operationsCounted` that the analysis was made with.
  public init(
    _ identity: CaseIdentity, samples: SampleSet, analysis: Analysis, gates: [GateOutcome] = [],
    baseline: BaselineComparison? = nil, clients: Int = 1, placement: String, operationsCounted: Int = 1,
    machine: MachineLoad? = nil
  ) {
    suites = identity.suites
    test = identity.test
    function = identity.function
    arguments = identity.arguments
    operations = identity.operations
    call = identity.call
    self.operationsCounted = operationsCounted
    self.clients = clients
    self.placement = placement
    variants = analysis.variants
    comparisons = analysis.comparisons
    missingComparisons = analysis.missing
    self.gates = gates
    self.baseline = baseline
    selfCheck = analysis.selfCheck
    warmUp = samples.warmUp
    self.machine = machine
    connects = samples.series.map { Connects(variant: $0.variant, nanoseconds: $0.openings) }
    disturbances = Disturbances(retakenRounds: samples.retakenRounds, keptRounds: samples.disturbedRounds)
    rounds = samples.series.map(RoundSeries.init)
  }

  /// How long it took to connect all clients of a variant.
  public struct Connects: Sendable, Hashable, Codable {
    /// Whose connections these were.
    public let variant: Variant
    /// Session by session, in nanoseconds.
    public let nanoseconds: [Int]
  }

  /// Rounds in which a checkpoint, another load on the CPU or the like spoiled a block.
  public struct Disturbances: Sendable, Hashable, Codable {
    /// How many rounds were taken again, by what disturbed them.
    public let retakenRounds: [String: Int]
    /// How many were kept, for too many had been taken again already.
    public let keptRounds: Int
  }

  /// Which case this is.
  public var identity: CaseIdentity {
    CaseIdentity(
      suites: suites, test: test, function: function, arguments: arguments, operations: operations, call: call
    )
  }

  /// The suites' names in one.
  public var suite: String { CaseIdentity.joined(suites) }

  /// The figures of a variant, if it took part.
  public subscript(variant: Variant) -> VariantSummary? {
    variants.first { $0.variant == variant }
  }
}
