extension LatencySummary: Codable {
  private enum CodingKeys: String, CodingKey {
    case count, mean, standardDeviation, min, max, p50, p90, p95, p99, p999, supportedPercentiles

    init(_ percentile: Percentile) {
      switch percentile {
      case .p50: self = .p50
      case .p90: self = .p90
      case .p95: self = .p95
      case .p99: self = .p99
      case .p999: self = .p999
      }
    }
  }

  /// Reads whole nanoseconds.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func duration(_ key: CodingKeys) throws -> Duration {
      .nanoseconds(try container.decode(Int.self, forKey: key))
    }
    var percentiles: [Percentile: Duration] = [:]
    for percentile in Percentile.allCases {
      percentiles[percentile] = try duration(CodingKeys(percentile))
    }
    self.init(
      count: try container.decode(Int.self, forKey: .count),
      mean: try duration(.mean),
      standardDeviation: try duration(.standardDeviation),
      min: try duration(.min),
      max: try duration(.max),
      percentiles: percentiles)
  }

  /// Writes whole nanoseconds, and which percentiles have enough samples beyond them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(count, forKey: .count)
    try container.encode(mean.wholeNanoseconds, forKey: .mean)
    try container.encode(standardDeviation.wholeNanoseconds, forKey: .standardDeviation)
    try container.encode(min.wholeNanoseconds, forKey: .min)
    try container.encode(max.wholeNanoseconds, forKey: .max)
    for percentile in Percentile.allCases {
      try container.encode(self[percentile].wholeNanoseconds, forKey: CodingKeys(percentile))
    }
    try container.encode(supported, forKey: .supportedPercentiles)
  }
}
