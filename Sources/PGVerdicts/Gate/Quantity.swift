public import PGMeasuring
public import PGStatistics

/// What a gate is about: a figure of a variant.
public enum Quantity: Sendable, Hashable {
  /// The typical time of an operation: the mean, the slowest twentieth cut down to one latency
  /// (`PairedRatio`).
  case time
  /// The whole time of an operation: the mean of all that ran, nothing cut down and nothing left out.
  ///
  /// What a user waits for. It is noisier than the typical time, and is allowed more.
  case wholeTime
  /// How many of a thousand operations take longer than all but ten of a thousand do with the reference, and
  /// its tolerance besides.
  case slowOperations
  /// The time that it takes to connect a session's clients.
  case connecting
  /// The time of the first operation on a fresh connection, which also prepares its statements.
  case firstOperation
  /// How many sessions are slow as a whole, while the same session of the reference isn't.
  case slowSessions
  /// How many blocks something disturbed, such as a checkpoint, or a pause of many times what a block takes.
  case disturbedBlocks
  /// A percentile of the latencies.
  case latency(Percentile)
  /// A metric.
  case metric(Metric)

  /// What it is counted in.
  public var unit: Metric.Unit {
    switch self {
    case .time, .wholeTime, .connecting, .firstOperation, .latency: .nanoseconds
    case .slowOperations, .slowSessions, .disturbedBlocks: .count
    case .metric(let metric): metric.unit
    }
  }
}

extension Quantity: CustomStringConvertible {
  /// Such as `time`, `p99` or `allocations`.
  public var description: String {
    switch self {
    case .time: "time"
    case .wholeTime: "whole time"
    case .slowOperations: "slow operations"
    case .connecting: "connecting"
    case .firstOperation: "first operation"
    case .slowSessions: "slow sessions"
    case .disturbedBlocks: "disturbed blocks"
    case .latency(let percentile): percentile.label
    case .metric(let metric): metric.name
    }
  }
}

extension Quantity {
  /// How a figure is held against that of a reference.
  package enum Comparison: Sendable, Hashable {
    /// By their ratio.
    case ratio
    /// By their difference, as there may be none on either side.
    case difference
    /// By their numbers, which are the same by chance alone (`SignTest`).
    case count
  }

  /// How it is held against a reference's.
  package var comparison: Comparison {
    switch self {
    case .time, .wholeTime, .connecting, .firstOperation, .latency: .ratio
    case .metric(let metric): metric == .residentGrowth ? .difference : .ratio
    case .slowOperations: .difference
    case .slowSessions, .disturbedBlocks: .count
    }
  }

  /// Those that more sessions tell, and longer ones hardly: of which a session has one value, or that are
  /// open to the end.
  package static let ofSessions: [Quantity] = [.slowSessions, .disturbedBlocks, .connecting, .firstOperation]

  /// Whether a build without optimisation gives the same figure: the code asks the server as often as ever,
  /// and waits for it.
  ///
  /// Allocations are not among them, for the optimiser takes many of them away.
  package var isSameUnoptimised: Bool {
    self == .metric(.statements) || self == .metric(.voluntarySwitches)
  }
}

extension Quantity: Codable {
  /// Those that are one of a kind.
  private static let named: [Quantity] =
    [
      .time, .wholeTime, .slowOperations, .connecting, .firstOperation, .slowSessions, .disturbedBlocks,
    ] + Percentile.allCases.map(Quantity.latency)

  /// Reads a quantity's name, or a metric.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let name = try? container.decode(String.self) else {
      self = .metric(try container.decode(Metric.self))
      return
    }
    guard let quantity = Self.named.first(where: { $0.description == name }) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(name) is no quantity.")
    }
    self = quantity
  }

  /// Writes the name, or the metric with its unit.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if case .metric(let metric) = self {
      try container.encode(metric)
    } else {
      try container.encode(description)
    }
  }
}
