/// A metric of a variant: a figure, or why there is none.
public struct MetricSummary: Sendable, Hashable {
  /// What was measured.
  public let metric: Metric

  /// For each operation, or of the variant as a whole where the metric is such (`Metric.isWhole`), in the
  /// metric's unit.
  public let outcome: Outcome

  /// A figure, or why there is none.
  public enum Outcome: Sendable, Hashable {
    /// The figure.
    case value(Double)
    /// Why this machine, server or driver can't give one.
    case notAvailable(reason: String)
  }

  /// Records a metric.
  public init(_ metric: Metric, _ outcome: Outcome) {
    self.metric = metric
    self.outcome = outcome
  }

  /// The figure, if there is one.
  public var value: Double? {
    guard case .value(let value) = outcome else { return nil }
    return value
  }
}

extension MetricSummary: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, unit, value, notAvailable
  }

  /// Reads a metric from one flat object.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let metric = Metric(
      try container.decode(String.self, forKey: .name),
      unit: try container.decode(Metric.Unit.self, forKey: .unit))
    if let value = try container.decodeIfPresent(Double.self, forKey: .value) {
      self.init(metric, .value(value))
    } else {
      self.init(metric, .notAvailable(reason: try container.decode(String.self, forKey: .notAvailable)))
    }
  }

  /// Writes name, unit, and `value` or `notAvailable`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metric.name, forKey: .name)
    try container.encode(metric.unit, forKey: .unit)
    switch outcome {
    case .value(let value): try container.encode(value, forKey: .value)
    case .notAvailable(let reason): try container.encode(reason, forKey: .notAvailable)
    }
  }
}

/// Makes one figure of what the blocks of a variant used.
package enum MetricEstimate {
  /// A metric for each operation; nil if no block has it.
  ///
  /// Of what is counted, the median of the blocks: most have the very same figure, and the few in which a
  /// buffer grew or a timer rang don't move it, so that the next run gives it again. Of time, the mean, so
  /// that shares add up; of an open loop's schedule as well, for it is missed in few blocks.
  package static func perOperation(_ metric: Metric, in blocks: [Block]) -> Double? {
    var values: [Double] = []
    var total = 0.0
    var operations = 0
    for block in blocks where block.operations > 0 {
      guard let used = block.usage[metric] else { continue }
      values.append(used / Double(block.operations))
      total += used
      operations += block.operations
    }
    guard operations > 0 else { return nil }
    if metric.isWhole { return blocks.compactMap { $0.usage[metric] }.max() }
    guard metric.isCounted, !Metric.ofSchedule.contains(metric) else { return total / Double(operations) }
    values.sort()
    // A figure that occurred, where the mean of the middle two would be none.
    return values[(values.count - 1) / 2]
  }
}

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
