package import PGSystem

/// What a run was measured on: everything that must be equal for two reports to be comparable.
package struct ReportEnvironment: Sendable, Hashable, Codable {
  /// How the benchmarks were compiled.
  package enum BuildMode: String, Sendable, Hashable, Codable {
    /// With `-O`: figures mean what they say.
    case optimised
    /// Without: the comparison itself is wrong, differently for each driver.
    case debug
  }

  /// The processor's name.
  package var cpu: String
  /// How many logical processors the process may use.
  package var cores: Int
  /// The operating system and its version, such as `Debian GNU/Linux 12`.
  package var operatingSystem: String
  /// The kernel's name and version, such as `Linux 6.1.0`.
  package var kernel: String
  /// The server's version; nil when no case used a server.
  package var serverVersion: String?
  /// How clients reach the server, such as `unixSocket`; nil when no case used one.
  package var transport: String?
  /// The client library's version.
  package var libpqVersion: String?
  /// The server's settings that matter to speed, by name, as `SHOW` gives them.
  package var serverSettings: [String: String]
  /// How clients and backends were placed on processors, and under which scheduling policy; in words.
  package var placement: String
  /// Whether the measured code was optimised.
  package var buildMode: BuildMode
  /// What everything random in the run follows from.
  package var seed: Seed
  /// The commit of the sources, if it is known.
  package var commit: String?
  /// The profile: `smoke`, `quick` or `full`.
  package var profile: String
  /// When the run started: RFC 3339, UTC.
  package var startedAt: String
  /// The compiler, such as `Swift 6.3`, if it is known.
  package var toolchain: String?
  /// What the kit itself adds to an operation, if it was measured.
  package var kitCost: KitCost?

  /// What the kit itself costs: it is in every latency, and subtracted nowhere.
  package struct KitCost: Sendable, Hashable, Codable {
    /// A reading of the clock, in nanoseconds.
    package let clock: Double
    /// An operation that does nothing on the blocking driver's path, in nanoseconds.
    package let syncOperation: Double
    /// An operation that does nothing on the asynchronous driver's path, in nanoseconds.
    package let asyncOperation: Double
    /// Allocations of such an operation; nil where they aren't counted.
    package let allocations: Double?

    /// Records the kit's cost.
    package init(clock: Double, syncOperation: Double, asyncOperation: Double, allocations: Double?) {
      self.clock = clock
      self.syncOperation = syncOperation
      self.asyncOperation = asyncOperation
      self.allocations = allocations
    }
  }

  /// Describes where a run was measured.
  package init(
    cpu: String, cores: Int, operatingSystem: String, kernel: String, serverVersion: String? = nil,
    transport: String? = nil, libpqVersion: String? = nil, serverSettings: [String: String] = [:],
    placement: String,
    buildMode: BuildMode, seed: Seed, commit: String? = nil, profile: String, startedAt: String,
    toolchain: String? = nil, kitCost: KitCost? = nil
  ) {
    self.cpu = cpu
    self.cores = cores
    self.operatingSystem = operatingSystem
    self.kernel = kernel
    self.serverVersion = serverVersion
    self.transport = transport
    self.libpqVersion = libpqVersion
    self.serverSettings = serverSettings
    self.placement = placement
    self.buildMode = buildMode
    self.seed = seed
    self.commit = commit
    self.profile = profile
    self.startedAt = startedAt
    self.toolchain = toolchain
    self.kitCost = kitCost
  }
}
