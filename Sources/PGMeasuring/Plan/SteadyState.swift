import PGStatistics

/// Tells when a warm-up has reached a steady state: when the times per operation have stopped falling.
///
/// The rule compares the median of the last few blocks with the median of as many before them. It is
/// one-sided: what grows slower does not get warm by waiting, and a warm-up that never ends would be of no
/// use.
///
/// The sliding window and the threshold are those of Georges, Buytaert and Eeckhout, "Statistically rigorous
/// Java performance evaluation" (OOPSLA 2007), who take a virtual machine for steady when the coefficient of
/// variation of its last iterations is below 1 or 2 %. What is compared differs: the scatter of blocks of
/// milliseconds on a shared machine may stay above that for ever, while a median of three forgives one
/// disturbed block. Nor does it find what the changepoint analysis of Barrett et al. does, "Virtual machine
/// warmup blows hot and cold" (OOPSLA 2017), which looks back on thousands of iterations: a fall within the
/// tolerance, and one that comes later, are not seen.
package enum SteadyState {
  /// How many blocks make a median.
  package static let window = 3

  /// By how much the later median may be below the earlier one.
  package static let tolerance = Tolerance.percent(2)

  /// Whether the last blocks are no faster than those before them, but for the tolerance.
  ///
  /// - Parameter times: Times per operation of blocks of one variant, all equally long and in the order in
  ///   which they ran; in any unit. Fewer than two windows are never steady.
  package static func isReached(_ times: [Double]) -> Bool {
    guard let later = Median.of(times.suffix(window)),
      let earlier = Median.of(times.dropLast(window).suffix(window)), times.count >= 2 * window
    else { return false }
    return later >= earlier * (1 - tolerance.percent / 100)
  }
}
