public import PGMeasuring

/// A case as a worker announces it to the coordinator.
public struct WorkerCase: Sendable, Hashable, Codable {
  /// Which case.
  public let identity: CaseIdentity
  /// Its variants, in the benchmark's order.
  public let variants: [Variant]
  /// How many clients run at once.
  public let clients: Int
  /// For how many operations one run of the body counts.
  public let operationsPerIteration: Int
  /// How long it is to be measured; nil unless its test says.
  public let budget: Budget?
  /// What comes before.
  public let warmUp: WarmUp
  /// What the test allows where a gate doesn't say; nil if it says nothing.
  public let tolerance: Tolerance?
  /// The name of what is in its databases.
  public let fixture: String
  /// The SQL that makes it.
  public let fixtureScript: String
  /// How clients and backends are placed, in words.
  public let placement: String
  /// The test's source file, and its line there; nil if they aren't known.
  public let source: Source?
  /// The filter by which `swift test` runs the test alone.
  public let filter: String?

  /// A line of a source file.
  public struct Source: Sendable, Hashable, Codable {
    /// The file's path.
    public let path: String
    /// From 1.
    public let line: Int

    /// Names a line.
    public init(path: String, line: Int) {
      self.path = path
      self.line = line
    }
  }

  /// Describes a case.
  public init(
    identity: CaseIdentity, variants: [Variant], clients: Int, operationsPerIteration: Int, budget: Budget?,
    warmUp: WarmUp, tolerance: Tolerance?, fixture: String, fixtureScript: String, placement: String,
    source: Source?, filter: String?
  ) {
    self.identity = identity
    self.variants = variants
    self.clients = clients
    self.operationsPerIteration = operationsPerIteration
    self.budget = budget
    self.warmUp = warmUp
    self.tolerance = tolerance
    self.fixture = fixture
    self.fixtureScript = fixtureScript
    self.placement = placement
    self.source = source
    self.filter = filter
  }
}
