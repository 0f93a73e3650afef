import PGMeasuring

extension Quantity {
  /// Whether a build without optimisation gives the same figure: the code asks the server as often as ever,
  /// and waits for it.
  ///
  /// Allocations are not among them, for the optimiser takes many of them away.
  package var isSameUnoptimised: Bool {
    self == .metric(.statements) || self == .metric(.voluntarySwitches)
  }
}
