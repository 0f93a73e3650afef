/// The 20 % trimmed mean of a few values and its standard error.
///
/// The lowest and the highest fifth (rounded down) are left out of the mean, so that a value in five may be
/// far off without moving it much; the interval is Tukey and McLaughlin's (Sankhyā A 25, 1963, as used by
/// Yuen, Biometrika 61, 1974): Student's t with the degrees of freedom of what is left, and a standard error
/// from the winsorised squares. Below five values nothing is trimmed and it is Student's own interval.
package struct TrimmedMean {
  /// The trimmed mean.
  package let mean: Double

  /// Its standard error.
  package let standardError: Double

  /// The degrees of freedom of the standard error.
  package let degreesOfFreedom: Int

  /// Computes all three; nil for fewer than two values, whose spread is unknown.
  package init?(of values: [Double]) {
    let count = values.count
    guard count >= 2 else { return nil }
    let sorted = values.sorted()
    let trimmed = Self.trimmed(of: count)
    let kept = sorted[trimmed..<(count - trimmed)]
    mean = Self.mean(kept)

    let winsorised = sorted.indices.map { sorted[min(max($0, trimmed), count - 1 - trimmed)] }
    let center = winsorised.reduce(0, +) / Double(count)
    let squares = winsorised.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    standardError = (squares / Double(kept.count * (kept.count - 1))).squareRoot()
    degreesOfFreedom = kept.count - 1
  }

  /// The trimmed mean alone; nil of no values.
  package static func mean(of values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let trimmed = trimmed(of: values.count)
    return mean(values.sorted()[trimmed..<(values.count - trimmed)])
  }

  private static func mean(_ kept: ArraySlice<Double>) -> Double { kept.reduce(0, +) / Double(kept.count) }

  private static func trimmed(of count: Int) -> Int { count / 5 }

  /// How far the interval reaches to either side.
  package func halfWidth(confidence: Double) -> Double {
    standardError
      * StudentT.twoSidedQuantile(confidence: confidence, degreesOfFreedom: degreesOfFreedom)
  }
}
