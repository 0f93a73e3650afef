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
  // These three are read by PGBenchKit, which has the server; gates and reports know them by name.

  /// Statements that the server executed, but for what begins and ends transactions: `calls` of
  /// pg_stat_statements.
  public static let statements = Metric("statements", unit: .count)
  /// The server's execution time: `total_exec_time` of pg_stat_statements.
  ///
  /// PostgreSQL manual, section F.32, "pg_stat_statements".
  public static let serverExecution = Metric("server execution", unit: .nanoseconds)
  /// The server's planning time: `total_plan_time` of pg_stat_statements.
  public static let serverPlanning = Metric("server planning", unit: .nanoseconds)
}

extension Metric {
  /// The kit's own metrics, in the order in which tables show them; a user's own come after, by name.
  ///
  /// Instruments are listed in another order, in which they are read. What isn't named here comes last.
  package static let standard: [Metric] = {
    let named: [Metric] = [
      .clientCPU, .serverCPU, .clientRunDelay, .serverRunDelay, .allocations, .allocatedBytes,
      .voluntarySwitches, .involuntarySwitches, .instructions, .statements, .serverExecution,
      .serverPlanning, .peakMemory,
    ]
    let measured = MeteredSession().instruments.flatMap(\.metrics)
    return named + measured.filter { !named.contains($0) } + ofSchedule
  }()

  package static func comesFirst(_ a: Metric, _ b: Metric) -> Bool {
    let places = [a, b].map { standard.firstIndex(of: $0) ?? standard.count }
    return (places[0], a.name) < (places[1], b.name)
  }

  /// Whether it counts, so that most blocks have the very same figure.
  package var isCounted: Bool { unit != .nanoseconds }
}

extension Metric: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}
