import PGStatistics

/// Where on an axis a value lies, and at which values the axis is marked.
struct Scale: Hashable {
  /// How values become distances.
  enum Kind: Hashable {
    /// Equal differences are equally long.
    case linear
    /// Equal ratios are equally long; values of 0 and below have no place on it.
    case logarithmic
  }

  /// Where an axis begins.
  enum Start: Hashable {
    /// At zero, as it must where lengths are read.
    case zero
    /// Near the least value.
    case data
    /// At zero where the least value is less than half of the greatest, near the least value otherwise.
    case automatic
  }

  /// How values become distances.
  let kind: Kind
  /// The marks, in ascending order: 1, 2 or 5 times a power of ten apart.
  let ticks: [Double]
  /// The least value on it.
  let low: Double
  /// The greatest value on it, above the least.
  let high: Double

  /// Makes a scale with room for values; those that are no numbers have no place.
  ///
  /// - Parameter count: About how many marks there is room for.
  init(_ kind: Kind, of values: some Sequence<Double>, from start: Start = .data, ticks count: Int = 5) {
    self.kind = kind
    let ticks: [Double] =
      switch kind {
      case .linear: Self.linear(values.filter(\.isFinite), start, max(1, count))
      case .logarithmic: Self.logarithmic(values.filter { $0.isFinite && $0 > 0 }, max(1, count))
      }
    self.ticks = ticks
    low = ticks.first ?? 0
    high = ticks.last ?? 1
  }

  /// A scale of places, which ends where they end.
  init(places: some Sequence<Double>) {
    let places = places.filter(\.isFinite).map { min(max($0, -Self.greatest), Self.greatest) }.sorted()
    let least = places.first ?? 0
    let greatest = places.last ?? 1
    kind = .linear
    low = greatest > least ? least : least - 1
    high = greatest > least ? greatest : least + 1
    ticks = [low, high]
  }

  /// Where a value lies between two ends, which the least and the greatest value have; what is beyond lies at
  /// the end.
  func position(_ value: Double, from start: Double, to end: Double) -> Double {
    let value = value.isNaN ? low : min(max(value, low), high)
    let share =
      switch kind {
      case .linear: (value - low) / (high - low)
      case .logarithmic: Elementary.log(value / low) / Elementary.log(high / low)
      }
    return start + (share.isFinite ? share : 0) * (end - start)
  }

  /// Whether a value is on it.
  func contains(_ value: Double) -> Bool { value >= low && value <= high }

  /// The greatest magnitude that has a place: differences of larger ones are beyond their precision.
  private static let greatest = 1e15

  private static func linear(_ values: [Double], _ start: Start, _ count: Int) -> [Double] {
    let clamped = values.map { min(max($0, -greatest), greatest) }
    guard var low = clamped.min(), var high = clamped.max() else { return [0, 1] }
    if start == .zero || start == .automatic && low >= 0 && low < high / 2 {
      low = min(0, low)
      high = max(0, high)
    }
    // A width of a millionth of the values shows nothing but rounding.
    let magnitude = max(low.magnitude, high.magnitude)
    if high - low <= magnitude * 1e-6 {
      low -= magnitude * 0.05
      high += magnitude * 0.05
    }
    guard high - low > 1e-12 else { return [0, 1] }
    let step = Step(atLeast: (high - low) / Double(count))
    let first = (low / step.value + 1e-9).rounded(.down)
    let last = max(first + 1, (high / step.value - 1e-9).rounded(.up))
    return stride(from: first, through: last, by: 1).map(step.times)
  }

  private static func logarithmic(_ values: [Double], _ count: Int) -> [Double] {
    let clamped = values.map { min(max($0, 1e-9), greatest) }
    guard let least = clamped.min(), let greatest = clamped.max() else { return [1, 10] }
    if greatest < 4 * least {
      // Too few of 1, 2, 5, 10 lie in so short a range.
      let narrow = linear(clamped, .data, count)
      if let first = narrow.first, first > 0 { return narrow }
    }
    let low = Step(atMost: least)
    let high = Step(atLeast: max(greatest, least * 1.000001))
    var decades = Array(low.exponent + 1...max(low.exponent + 1, high.exponent)).map { Step(1, $0).value }
    let all = decades.flatMap { [$0 / 5, $0 / 2, $0] } + [2, 5].map { $0 * Step(1, high.exponent).value }
    if all.count <= count + 2 {
      decades = all
    } else {
      let every = (decades.count + count - 1) / count
      decades = stride(from: 0, to: decades.count, by: max(1, every)).map { decades[$0] }
    }
    let inner = decades.filter { $0 > low.value * 1.01 && $0 < high.value * 0.99 }
    return [low.value] + inner.sorted() + [high.value]
  }

  /// 1, 2 or 5 times a power of ten.
  private struct Step {
    let factor: Double
    let exponent: Int

    init(_ factor: Double, _ exponent: Int) {
      self.factor = factor
      self.exponent = exponent
    }

    /// The least that is not below a positive number.
    init(atLeast number: Double) {
      let exponent = Self.exponent(of: number)
      let steps = [1, 2, 5].map { Step($0, exponent) } + [Step(1, exponent + 1)]
      self = steps.first { $0.value >= number * (1 - 1e-9) } ?? Step(1, exponent + 1)
    }

    /// The greatest that is not above a positive number.
    init(atMost number: Double) {
      let exponent = Self.exponent(of: number)
      let steps = [5, 2, 1].map { Step($0, exponent) }
      self = steps.first { $0.value <= number * (1 + 1e-9) } ?? Step(1, exponent)
    }

    var value: Double { times(1) }

    /// So many times it, as exact as a number with decimals can be.
    func times(_ count: Double) -> Double {
      exponent < 0 ? count * factor / Self.power(-exponent) : count * factor * Self.power(exponent)
    }

    private static func exponent(of number: Double) -> Int {
      guard number.isFinite, number > 0 else { return 0 }
      let estimate = Int((Elementary.log(number) / Elementary.log(10)).rounded(.down))
      let next = Step(1, estimate + 1)
      return next.value <= number * (1 + 1e-9) ? estimate + 1 : estimate
    }

    private static func power(_ exponent: Int) -> Double {
      (0..<max(0, min(exponent, 300))).reduce(1.0) { power, _ in power * 10 }
    }
  }
}
