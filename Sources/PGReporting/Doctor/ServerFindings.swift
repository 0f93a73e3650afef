package import PGMeasuring

/// Judges the server that benchmarks would run on, and what it and the system tell of an operation.
enum ServerFindings {
  static func of(_ server: ServerFacts, on machine: MachineFacts) -> [Finding] {
    switch server {
    case .unusable(let reason): return [.spoils("PostgreSQL", reason)]
    case .running(let server):
      return [kind(server), storage(server)].compactMap(\.self) + settings(server)
        + [statementTimes(server)] + MetricFindings.of(server.missingMetrics, on: machine)
    }
  }

  private static func kind(_ server: RunningServerFacts) -> Finding {
    let subject = "PostgreSQL"
    guard server.isOwn else {
      return .note(
        subject,
        "The server of PGBENCH_DATABASE_URL, version \(server.version), is reached by \(server.transport). "
          + "The kit never places its processes, and other clients may disturb.",
        remedy: "Unset PGBENCH_DATABASE_URL to have the kit start a server of its own.")
    }
    if case .refused(let reason) = server.binding {
      return .spoils(
        subject,
        "The kit's own server, version \(server.version), starts, but its processes can't be bound to a "
          + "CPU: \(reason).",
        remedy: "Run as the user that the server runs as, or as root.")
    }
    return .good(
      subject,
      "The kit's own server, version \(server.version), starts, and is reached by \(server.transport).")
  }

  private static func storage(_ server: RunningServerFacts) -> Finding? {
    let subject = "storage"
    switch server.isInMemory {
    case .none: return nil
    case .some(true):
      return .good(subject, "The server's files are in memory: no disk is in what is measured.")
    case .some(false):
      return .note(
        subject,
        "The server's files are in the temporary folder: what it writes may wait for a disk, and databases "
          + "are cloned slowly.",
        remedy: "On Linux, 4 GiB free in /dev/shm and no TMPDIR; in a container, `docker run --shm-size=5g`.")
    }
  }

  /// What a setting does that isn't at its quiet value (PostgreSQL manual, chapter 20, "Server
  /// Configuration").
  private static let quiet: [(name: String, value: String, otherwise: String)] = [
    ("autovacuum", "off", "it may start to work in the middle of a block"),
    ("jit", "off", "dear queries are compiled now and then, by the planner's estimate"),
    ("max_parallel_workers_per_gather", "0", "dear queries run on more CPUs than the one that is measured"),
    ("fsync", "off", "what writes waits for the disk, and so do checkpoints"),
    ("synchronous_commit", "off", "each commit waits for the disk"),
    ("full_page_writes", "off", "the first change of a page after a checkpoint costs more than the others"),
    ("track_io_timing", "off", "each reading of a block reads the clock twice"),
  ]

  private static func settings(_ server: RunningServerFacts) -> [Finding] {
    let disturbing = quiet.compactMap { name, value, otherwise -> Finding? in
      guard let actual = server.settings[name], actual != value else { return nil }
      return .note(name, "The server has it at \(actual): \(otherwise).")
    }
    guard disturbing.isEmpty else { return disturbing }
    return [
      .good(
        "settings", "Nothing waits for a disk, and there is no autovacuum, no JIT, and no parallel query.")
    ]
  }

  private static func statementTimes(_ server: RunningServerFacts) -> Finding {
    let subject = "server times"
    switch server.statementTimes {
    case .works: return .good(subject, "pg_stat_statements tells how long the server executes and plans.")
    case .refused(let reason):
      return .note(
        subject,
        "Reports will lack the server's execution and planning time, and the count of statements: \(reason).",
        remedy: server.isOwn
          ? "Install PostgreSQL's additional modules, a package such as postgresql-contrib."
          : "Add pg_stat_statements to the server's shared_preload_libraries, and in the URL's database "
            + "`CREATE EXTENSION pg_stat_statements`.")
    }
  }
}

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
