public import PGMeasuring

/// A case as a worker announces it to the coordinator.
package struct WorkerCase: Sendable, Hashable, Codable {
  /// Which case.
  package let identity: CaseIdentity
  /// Its variants, in the benchmark's order.
  package let variants: [Variant]
  /// How many clients run at once.
  package let clients: Int
  /// For how many operations one run of the body counts.
  package let operationsPerIteration: Int
  /// How long it is to be measured; nil unless its test says.
  package let budget: Budget?
  /// What comes before.
  package let warmUp: WarmUp
  /// What the test allows where a gate doesn't say; nil if it says nothing.
  package let tolerance: Tolerance?
  /// The name of what is in its databases.
  package let fixture: String
  /// The SQL that makes it.
  package let fixtureScript: String
  /// How clients and backends are placed, in words.
  package let placement: String
  /// The test's source file, and its line there; nil if they aren't known.
  package let source: Source?
  /// The filter by which `swift test` runs the test alone.
  package let filter: String?

  /// A line of a source file.
  package struct Source: Sendable, Hashable, Codable {
    /// The file's path.
    package let path: String
    /// From 1.
    package let line: Int

    /// Names a line.
    package init(path: String, line: Int) {
      self.path = path
      self.line = line
    }
  }

  /// Describes a case.
  package init(
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
