#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Student's t distribution with a whole number of degrees of freedom.
package enum StudentT {
  /// The t that a share of the distribution lies within, on both sides of 0: 12.7 for 0.95 and 1 degree.
  ///
  /// Found by bisection over the angle atan(t/√ν), which is bounded where t is not.
  ///
  /// Degrees beyond 10,000, with which it is the normal distribution's to four digits, count as so many.
  package static func twoSidedQuantile(confidence: Double, degreesOfFreedom: Int) -> Double {
    let degreesOfFreedom = min(max(degreesOfFreedom, 1), 10_000)
    var low = 0.0
    var high = Double.pi / 2
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if share(within: middle, degreesOfFreedom: degreesOfFreedom) < confidence {
        low = middle
      } else {
        high = middle
      }
    }
    return tan((low + high) / 2) * Double(degreesOfFreedom).squareRoot()
  }

  /// How much of the distribution lies within a t on both sides of 0.
  package static func share(of t: Double, degreesOfFreedom: Int) -> Double {
    let degreesOfFreedom = min(max(degreesOfFreedom, 1), 10_000)
    return share(
      within: atan(abs(t) / Double(degreesOfFreedom).squareRoot()), degreesOfFreedom: degreesOfFreedom)
  }

  /// How much of the distribution has |t| below √ν·tan(angle): the finite series 26.7.3 and 26.7.4 of
  /// Abramowitz and Stegun, "Handbook of Mathematical Functions".
  package static func share(within angle: Double, degreesOfFreedom: Int) -> Double {
    let sine = sin(angle)
    let cosine = cos(angle)
    let isOdd = degreesOfFreedom % 2 == 1
    var term = isOdd ? cosine : 1
    var sum = degreesOfFreedom == 1 ? 0 : term
    var power = isOdd ? 3 : 2
    while power <= degreesOfFreedom - 2 {
      term *= cosine * cosine * Double(power - 1) / Double(power)
      sum += term
      power += 2
    }
    return isOdd ? (angle + sine * sum) * 2 / .pi : sine * sum
  }
}

extension StudentT {
  /// The noncentrality with which a noncentral t is beyond a quantile with a probability: how many standard
  /// errors a true excess must have, so that so many of such measurements show it.
  ///
  /// Of few degrees of freedom it is much more than the quantile and a normal deviate together, since the
  /// standard error is itself an estimate that is at times too great. The distribution is that of (Z + δ) ÷
  /// √(V/ν), with Z normal and V of χ² with ν degrees (Johnson, Kotz and Balakrishnan, "Continuous Univariate
  /// Distributions" 2, chapter 31), summed over V by Simpson's rule.
  ///
  /// - Parameter quantile: Of the central t, which the estimate ÷ its standard error must be beyond;
  ///   positive.
  /// - Parameter power: The probability, such as 0.9.
  package static func noncentrality(beyond quantile: Double, power: Double, degreesOfFreedom: Int) -> Double {
    let root = RootOfChiSquared(degreesOfFreedom: min(max(degreesOfFreedom, 1), 10_000))
    var low = -10.0
    var high = quantile * (1 + 10 * root.deviation) + 10
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let shown = root.mean { 0.5 * Elementary.erfc((quantile * $0 - middle) / 2.0.squareRoot()) }
      if shown < power { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// √(V/ν): how far off an estimated standard error is, as a factor.
  private struct RootOfChiSquared {
    let deviation: Double
    private let points: [(value: Double, weight: Double)]

    init(degreesOfFreedom: Int) {
      let degrees = Double(degreesOfFreedom)
      deviation = 1 / (2 * degrees).squareRoot()
      let end = 1 + 12 * deviation
      let start = max(0, 1 - 12 * deviation)
      let steps = 1000
      points = (0...steps).map { step in
        let value = start + (end - start) * Double(step) / Double(steps)
        // The density but for a factor, which the weights' sum takes out. At 0 it is 0, but for one degree.
        let density =
          value > 0
          ? Elementary.exp((degrees - 1) * Elementary.log(value) - degrees * (value * value - 1) / 2)
          : degreesOfFreedom == 1 ? Elementary.exp(0.5) : 0
        let simpson = step == 0 || step == steps ? 1.0 : step.isMultiple(of: 2) ? 2 : 4
        return (value, density * simpson)
      }
    }

    /// The mean of a function of it.
    func mean(_ function: (Double) -> Double) -> Double {
      var (sum, weights) = (0.0, 0.0)
      for point in points {
        sum += point.weight * function(point.value)
        weights += point.weight
      }
      return sum / weights
    }
  }
}
