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
