/// Something besides wall time that is measured of a variant: what an operation uses, or how often it does
/// something.
///
/// Two metrics are the same when their names and units are.
public struct Metric: Sendable, Hashable, Codable {
  /// What a metric is counted in.
  public enum Unit: String, Sendable, Hashable, Codable {
    /// Nanoseconds.
    case nanoseconds
    /// Bytes.
    case bytes
    /// A number of times, or of things.
    case count
  }

  /// The name in tables and reports.
  public let name: String

  /// What it is counted in.
  public let unit: Unit

  /// Names a metric.
  public init(_ name: String, unit: Unit) {
    self.name = name
    self.unit = unit
  }
}

extension Metric {
  /// CPU time of the client's threads, in user and kernel mode.
  public static let clientCPU = Metric("client CPU", unit: .nanoseconds)
  /// CPU time of the server's processes behind the connections.
  public static let serverCPU = Metric("server CPU", unit: .nanoseconds)
  /// Time in which the client's threads could have run, but others had the CPU: `run_delay` of Linux's
  /// schedstat.
  public static let clientRunDelay = Metric("client run delay", unit: .nanoseconds)
  /// Time in which the server's processes could have run, but others had the CPU: `run_delay` of Linux's
  /// schedstat.
  public static let serverRunDelay = Metric("server run delay", unit: .nanoseconds)
  /// Calls of malloc and its kin on the client's threads.
  public static let allocations = Metric("allocations", unit: .count)
  /// Bytes that those calls asked for; what is freed isn't subtracted.
  public static let allocatedBytes = Metric("allocated bytes", unit: .bytes)
  /// How often a client's thread gave the CPU away to wait for something: getrusage(2), `ru_nvcsw`.
  ///
  /// A single client that shares its CPU with the server waits once for each round trip.
  public static let voluntarySwitches = Metric("voluntary context switches", unit: .count)
  /// How often a client's thread lost the CPU to another: getrusage(2), `ru_nivcsw`.
  public static let involuntarySwitches = Metric("involuntary context switches", unit: .count)
  /// Instructions that the client's threads executed in user mode.
  public static let instructions = Metric("instructions", unit: .count)
  /// The server's execution time: `total_exec_time` of pg_stat_statements.
  ///
  /// PostgreSQL manual, section F.32, "pg_stat_statements".
  public static let serverExecution = Metric("server execution", unit: .nanoseconds)
  /// The server's planning time: `total_plan_time` of pg_stat_statements.
  public static let serverPlanning = Metric("server planning", unit: .nanoseconds)
  /// Statements that the server executed, but for what begins and ends transactions: `calls` of
  /// pg_stat_statements.
  public static let statements = Metric("statements", unit: .count)
  /// The most memory that the process had resident while the variant ran; not per operation.
  public static let peakMemory = Metric("peak memory", unit: .bytes)

  /// The order in which tables show them; a user's own come after, by name.
  package static let standard: [Metric] = [
    .clientCPU, .serverCPU, .clientRunDelay, .serverRunDelay, .allocations, .allocatedBytes,
    .voluntarySwitches,
    .involuntarySwitches, .instructions, .statements, .serverExecution, .serverPlanning, .peakMemory,
  ]

  package static func comesFirst(_ a: Metric, _ b: Metric) -> Bool {
    let places = [a, b].map { standard.firstIndex(of: $0) ?? standard.count }
    return (places[0], a.name) < (places[1], b.name)
  }

  /// Whether it is a figure of the variant as a whole, rather than one for each operation.
  public var isWhole: Bool { self == .peakMemory }

  /// Whether it counts, so that most blocks have the very same figure.
  package var isCounted: Bool { unit != .nanoseconds }
}

extension Metric: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}
