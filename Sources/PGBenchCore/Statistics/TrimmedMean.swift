/// The 20 % trimmed mean of a few values and its confidence interval.
///
/// The lowest and the highest fifth (rounded down) are left out of the mean, so that a value in five may be
/// far off without moving it much; the interval is Tukey and McLaughlin's (Sankhyā A 25, 1963, as used by
/// Yuen, Biometrika 61, 1974): Student's t with the degrees of freedom of what is left, and a standard error
/// from the winsorised squares. Below five values nothing is trimmed and it is Student's own interval.
struct TrimmedMean {
  /// The trimmed mean.
  let mean: Double

  /// How far the interval reaches to either side.
  let halfWidth: Double

  /// Computes both; nil for fewer than two values, whose spread is unknown.
  init?(of values: [Double], confidence: Double) {
    let count = values.count
    guard count >= 2 else { return nil }
    let sorted = values.sorted()
    let trimmed = count / 5
    let kept = sorted[trimmed..<(count - trimmed)]
    mean = kept.reduce(0, +) / Double(kept.count)

    let winsorised = sorted.indices.map { sorted[min(max($0, trimmed), count - 1 - trimmed)] }
    let center = winsorised.reduce(0, +) / Double(count)
    let squares = winsorised.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let standardError = (squares / Double(kept.count * (kept.count - 1))).squareRoot()
    halfWidth =
      standardError
      * StudentT.twoSidedQuantile(confidence: confidence, degreesOfFreedom: kept.count - 1)
  }
}
