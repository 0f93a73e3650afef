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
