/// Why a gate can never be decided.
public enum GateError: Error, Sendable, Hashable {
  /// Both sides are the same variant.
  case comparesWithItself(Variant)

  /// The tolerance in per cent is not finite, or not above −100, or its floor is negative.
  case toleranceOutOfRange(Tolerance)

  /// The limit is no number, or negative.
  case limitOutOfRange(Double)
}

extension Gate {
  /// Checks that the gate can be decided at all.
  ///
  /// A gate of a variant against itself, or with a tolerance that is no number, is refused before anything
  /// is measured: it would pass for ever.
  public func validate() throws(GateError) {
    if let pair, pair.variant == pair.reference { throw .comparesWithItself(pair.variant) }
    if let tolerance, !tolerance.isMeaningful { throw .toleranceOutOfRange(tolerance) }
    if case .limit(let limit) = bound, !limit.isFinite || limit < 0 { throw .limitOutOfRange(limit) }
  }
}

extension GateError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .comparesWithItself(let variant):
      "The gate compares \(variant) with itself: name another variant as the reference."
    case .toleranceOutOfRange(let tolerance):
      "A tolerance of \(tolerance) and a floor of \(tolerance.floor) cannot be kept: use a finite number of per cent "
        + "above -100, such as .percent(10), and a floor that is not negative."
    case .limitOutOfRange(let limit):
      "A limit of \(limit) cannot be kept: use a finite number that is not negative."
    }
  }
}
