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
