package import PGMeasuring

/// What became of the attempt to have a PostgreSQL server to measure on.
package enum ServerFacts: Sendable, Hashable {
  /// There is none, and why, with what to do.
  case unusable(reason: String)
  /// It answers.
  case running(RunningServerFacts)
}

/// What is known of a server that answers, as far as it matters to measuring.
package struct RunningServerFacts: Sendable, Hashable {
  /// Whether the kit started it.
  package var isOwn: Bool
  /// The version in words, such as `17.2`.
  package var version: String
  /// How clients reach it, such as `a Unix socket`.
  package var transport: String
  /// Whether its files are in memory; nil where that isn't known.
  package var isInMemory: Bool?
  /// The settings that matter to speed, by name, as SHOW prints them.
  package var settings: [String: String]
  /// Whether it tells what statements cost it.
  package var statementTimes: Ability
  /// Whether its processes can be bound to a CPU; nil for a server that is never touched.
  package var binding: Ability?
  /// The metrics that can't be had of a client and its backend, with reasons.
  package var missingMetrics: [MetricSummary]

  /// Records what is known.
  package init(
    isOwn: Bool, version: String, transport: String, isInMemory: Bool?, settings: [String: String],
    statementTimes: Ability, binding: Ability?, missingMetrics: [MetricSummary]
  ) {
    self.isOwn = isOwn
    self.version = version
    self.transport = transport
    self.isInMemory = isInMemory
    self.settings = settings
    self.statementTimes = statementTimes
    self.binding = binding
    self.missingMetrics = missingMetrics
  }
}
