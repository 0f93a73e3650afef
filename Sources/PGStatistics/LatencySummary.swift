/// The distribution of the latencies of single operations.
///
/// Percentiles are exact, over every sample that was taken. All of them are given whatever the number of
/// samples; `supported` lists those with enough samples beyond them to mean something.
public struct LatencySummary: Sendable, Hashable {
  /// How many operations were measured.
  public let count: Int

  /// The arithmetic mean, to the nanosecond.
  public let mean: Duration

  /// The standard deviation of the sample (divided by n − 1), to the nanosecond; zero for one operation.
  public let standardDeviation: Duration

  /// The fastest operation.
  public let min: Duration

  /// The slowest operation.
  public let max: Duration

  package let percentiles: [Percentile: Duration]

  package init(
    count: Int, mean: Duration, standardDeviation: Duration, min: Duration, max: Duration,
    percentiles: [Percentile: Duration]
  ) {
    self.count = count
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.min = min
    self.max = max
    self.percentiles = percentiles
  }

  /// Summarises latencies in nanoseconds, in any order; nil when there are none.
  public init?(nanoseconds latencies: [Int]) {
    let sorted = RadixSort.sorted(latencies)
    guard let first = sorted.first, let last = sorted.last else { return nil }
    count = sorted.count
    min = .nanoseconds(first)
    max = .nanoseconds(last)

    let mean = sorted.reduce(0.0) { $0 + Double($1) } / Double(sorted.count)
    let squares = sorted.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = sorted.count > 1 ? (squares / Double(sorted.count - 1)).squareRoot() : 0
    // The mean of the greatest integers is the next power of two, which is none.
    self.mean = Swift.min(Swift.max(Self.nanoseconds(mean), self.min), self.max)
    standardDeviation = Self.nanoseconds(deviation)

    var percentiles: [Percentile: Duration] = [:]
    for percentile in Percentile.allCases {
      percentiles[percentile] = .nanoseconds(sorted[percentile.rank(of: sorted.count)])
    }
    self.percentiles = percentiles
  }

  private static func nanoseconds(_ number: Double) -> Duration {
    .nanoseconds(Int(exactly: number.rounded()) ?? (number < 0 ? .min : .max))
  }

  /// A percentile.
  public subscript(percentile: Percentile) -> Duration {
    percentiles[percentile] ?? max
  }

  /// The median.
  public var p50: Duration { self[.p50] }
  /// The 90th percentile.
  public var p90: Duration { self[.p90] }
  /// The 95th percentile.
  public var p95: Duration { self[.p95] }
  /// The 99th percentile.
  public var p99: Duration { self[.p99] }
  /// The 99.9th percentile.
  public var p999: Duration { self[.p999] }

  /// Whether a percentile has enough samples beyond it (see `Percentile.samplesNeeded`).
  public func supports(_ percentile: Percentile) -> Bool {
    count >= percentile.samplesNeeded
  }

  /// The percentiles with enough samples beyond them.
  public var supported: [Percentile] { Percentile.allCases.filter(supports) }
}

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

/// A percentile that reports show.
public enum Percentile: String, Sendable, Hashable, Codable, CaseIterable {
  /// The median.
  case p50
  /// Nine in ten are at most this.
  case p90
  /// Nineteen in twenty are at most this.
  case p95
  /// 99 in 100 are at most this.
  case p99
  /// 999 in 1,000 are at most this.
  case p999

  /// The share of the values at or below it, in thousandths: a whole number, so that ranks are exact.
  public var permille: Int {
    switch self {
    case .p50: 500
    case .p90: 900
    case .p95: 950
    case .p99: 990
    case .p999: 999
    }
  }

  /// The nearest rank, from 0, in a sorted list: the smallest with at least this share at or below it.
  ///
  /// Type 1 of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50
  /// (1996): the inverse of the empirical distribution, so that the percentile is a latency that occurred.
  public func rank(of count: Int) -> Int {
    max(0, (count * permille + 999) / 1000 - 1)
  }

  /// From how many samples on the percentile is worth believing.
  ///
  /// At least five samples are to be expected on the far side of it: n·(1 − p) ≥ 5, the usual condition for
  /// saying anything about a binomial share. With fewer the percentile hangs on a few extreme samples; below
  /// 3.7 its distribution-free 95 % interval (Hahn and Meeker, "Statistical Intervals", 5.2) has no upper end
  /// among the samples at all.
  public var samplesNeeded: Int { 5000 / (1000 - permille) }

  /// As people write it: `p99.9` for `p999`.
  public var label: String { self == .p999 ? "p99.9" : rawValue }
}

/// The middle of some values.
package enum Median {
  /// The middle value, or the mean of the middle two; nil of none.
  package static func of(_ values: some Sequence<Double>) -> Double? {
    // As an array: other modules call this unspecialised, where a sort takes ten times as long.
    let sorted = Array(values).sorted()
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// Sorts many whole numbers without comparing them.
///
/// Radix sort from the least significant digit (Knuth, "The Art of Computer Programming", volume 3, 5.2.5):
/// every pass deals the numbers out by one digit and keeps their order otherwise. Latencies of up to a second
/// differ in 30 bits, which are three digits, where a sort by comparison passes over half a million of them
/// nineteen times.
package enum RadixSort {
  /// The bits of a digit: its counters stay in the first level cache.
  private static let digitBits = 11

  /// From how many numbers on it is faster than the standard library's sort.
  private static let worthwhile = 1000

  /// The numbers in ascending order.
  package static func sorted(_ numbers: [Int]) -> [Int] {
    guard numbers.count >= worthwhile, let least = numbers.min(), let greatest = numbers.max() else {
      return numbers.sorted()
    }
    // Digits are those of the distance to the least, which is never negative and often short.
    let longest = UInt(bitPattern: greatest &- least)
    var from = numbers
    var to = numbers
    var shift = 0
    while shift < UInt.bitWidth, longest >> UInt(shift) > 0 {
      deal(from, into: &to, least: least, shift: UInt(shift))
      swap(&from, &to)
      shift += digitBits
    }
    return from
  }

  private static func deal(_ from: [Int], into to: inout [Int], least: Int, shift: UInt) {
    let mask: UInt = 1 << UInt(digitBits) - 1
    func digit(_ number: Int) -> Int { Int((UInt(bitPattern: number &- least) &>> shift) & mask) }
    var next = [Int](repeating: 0, count: 1 << digitBits)
    for number in from { next[digit(number)] += 1 }
    var start = 0
    for index in next.indices {
      let count = next[index]
      next[index] = start
      start += count
    }
    for number in from {
      let digit = digit(number)
      to[next[digit]] = number
      next[digit] += 1
    }
  }
}

extension Duration {
  /// The duration in nanoseconds, without what is below one; the greatest or the least `Int` for one that
  /// goes beyond it.
  ///
  /// A duration may be longer than the 292 years that an `Int` of nanoseconds holds, and people write
  /// `.seconds(.max)`.
  package var wholeNanoseconds: Int {
    let (seconds, attoseconds) = components
    let (whole, isBeyond) = Int(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isFurther) = whole.addingReportingOverflow(Int(attoseconds / 1_000_000_000))
    guard isBeyond || isFurther else { return sum }
    return seconds < 0 ? .min : .max
  }
}
