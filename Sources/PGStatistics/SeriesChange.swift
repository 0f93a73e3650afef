/// How a series of values has changed over time, if any change can be shown: in steps, or little by little.
package enum SeriesChange: Sendable, Hashable {
  /// No change can be shown, which is not to say that there is none.
  case none
  /// It changed at these places, and was level in between as far as can be told.
  case steps([ChangePoint])
  /// It rises or falls from value to value.
  case trend(Trend)

  /// A change without a place.
  package struct Trend: Sendable, Hashable {
    /// Sen's slope times the way from the first value to the last.
    package let change: Double
    /// The end of its interval that is nearer to 0.
    package let least: Double
    /// Mann and Kendall's probability that chance alone gives such a trend.
    package let probability: Double
  }

  /// The fewest values that are looked at.
  package static let fewestValues = 5

  /// Finds changes.
  ///
  /// Half of the rate is given to steps (`ChangePoints`), and the level of their t-tests is that half ÷ the
  /// number of places where a step could be (Bonferroni), for the place was not named before anyone looked.
  /// The other half is given to the trend (`MannKendall`). Where both are shown, it is a trend if a straight
  /// line describes the values better than the steps do, by Schwarz's criterion ("Estimating the dimension of
  /// a model", Annals of Statistics 6, 1978): a creep also looks like a staircase.
  ///
  /// - Parameter rate: How often a change may be found at most where there is none, such as 0.05. It holds
  ///   where the values vary independently of each other, about normally.
  package static func find(in values: [Double], rate: Double) -> SeriesChange {
    guard values.count >= fewestValues else { return .none }
    let steps = ChangePoints.find(
      in: values, rule: .init(level: stepLevel(count: values.count, rate: rate), weakLevel: weakLevel))
    guard let trend = trend(in: values, rate: rate) else { return steps.isEmpty ? .none : .steps(steps) }
    return steps.isEmpty || isLineBetter(than: steps, for: values) ? .trend(trend) : .steps(steps)
  }

  /// The level of the t-test of a step.
  package static func stepLevel(count: Int, rate: Double) -> Double { rate / 2 / Double(max(1, count - 1)) }

  /// Candidates are taken as Otava takes them at its default level.
  ///
  /// A window has few values, which the level
  /// that counts would seldom be met in; the test that counts is of all values between two changes.
  private static let weakLevel = 0.01

  private static func trend(in values: [Double], rate: Double) -> Trend? {
    let test = MannKendall(of: values)
    guard test.probability <= rate / 2,
      let slope = MannKendall.slope(of: values, confidence: 1 - rate / 2), slope.value.isFinite
    else { return nil }
    let way = Double(values.count - 1)
    // With ties the normal approximation may leave 0 within the interval.
    let least = slope.value > 0 ? max(0, slope.low) : min(0, slope.high)
    return Trend(change: slope.value * way, least: least * way, probability: test.probability)
  }

  /// Whether the least-squares line has the smaller value of n·ln(squares ÷ n) + parameters·ln n.
  ///
  /// A line has two parameters, steps have their levels and their places.
  private static func isLineBetter(than steps: [ChangePoint], for values: [Double]) -> Bool {
    let count = Double(values.count)
    func criterion(_ squares: Double, parameters: Int) -> Double {
      count * Elementary.log(max(squares, .leastNormalMagnitude) / count)
        + Double(parameters) * Elementary.log(count)
    }
    let ofLine = criterion(squaresAroundLine(values), parameters: 2)
    return ofLine < criterion(squaresAround(steps, values), parameters: 2 * steps.count + 1)
  }

  private static func squaresAroundLine(_ values: [Double]) -> Double {
    let middle = Double(values.count - 1) / 2
    let mean = values.reduce(0, +) / Double(values.count)
    var (product, spread) = (0.0, 0.0)
    for (place, value) in values.enumerated() {
      let distance = Double(place) - middle
      product += distance * (value - mean)
      spread += distance * distance
    }
    let slope = spread > 0 ? product / spread : 0
    return values.enumerated().reduce(0) { sum, one in
      let residual = one.element - mean - slope * (Double(one.offset) - middle)
      return sum + residual * residual
    }
  }

  private static func squaresAround(_ steps: [ChangePoint], _ values: [Double]) -> Double {
    var squares = 0.0
    var level = steps.first?.before ?? 0
    var next = 0
    for (place, value) in values.enumerated() {
      if next < steps.count, steps[next].index == place {
        level = steps[next].after
        next += 1
      }
      squares += (value - level) * (value - level)
    }
    return squares
  }
}
