/// On which CPUs the measured threads and the backends of their connections run.
///
/// A wake-up across virtual CPUs can cost more than a whole query, so a single connection is measured
/// on one CPU. Only processes of a server that the kit started are placed; those of any other server
/// are never touched.
public enum Placement: Sendable, Hashable {
  /// One CPU if there is one client and the server is the kit's, else unbound.
  case automatic

  /// Client threads and backends share one CPU.
  case oneCPU

  /// Client threads share one CPU, and the backends another.
  case splitCPUs

  /// The scheduler's choice.
  case unbound
}
