/// Where the time of an operation went: shares of its wall time.
///
/// Client and server take turns on one connection, so their CPU times and what is left make up the wall time.
/// Where they run at the same time, as with several clients on several CPUs, the shares add up to more than
/// 1.
public struct LatencyAccount: Sendable, Hashable, Codable {
  /// The client's CPU time ÷ wall time.
  public let client: Double
  /// The server's CPU time ÷ wall time.
  public let server: Double
  /// The share in which client or server could have run, but others had the CPU; at most what the two above
  /// leave.
  public let waitingForCPU: Double
  /// What is left: neither side could run, for data or a wake-up was on its way.
  public let transport: Double

  /// Makes up the account of a variant.
  ///
  /// - Parameter wallTime: Nanoseconds for each operation.
  /// - Returns: nil where a CPU time isn't known.
  package init?(wallTime: Double, metrics: [MetricSummary]) {
    func value(_ metric: Metric) -> Double? { metrics.first { $0.metric == metric }?.value }
    guard wallTime > 0, let client = value(.clientCPU), let server = value(.serverCPU) else { return nil }
    self.client = client / wallTime
    self.server = server / wallTime
    let rest = max(0, 1 - self.client - self.server)
    let delay = (value(.clientRunDelay) ?? 0) + (value(.serverRunDelay) ?? 0)
    waitingForCPU = min(rest, delay / wallTime)
    transport = rest - waitingForCPU
  }
}
