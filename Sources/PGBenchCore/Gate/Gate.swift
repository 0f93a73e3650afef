/// A limit that a benchmark must keep: what is gated, against what, by how much.
public enum Gate: Sendable, Hashable {
  /// An operation of the variant takes at most so much more time than one of the reference.
  case notSlower(Variant, than: Variant, by: Tolerance)

  /// The two variants that the gate needs compared.
  public var pair: VariantPair {
    switch self {
    case .notSlower(let variant, let reference, _): VariantPair(variant, against: reference)
    }
  }

  /// How far the variant may be off.
  public var tolerance: Tolerance {
    switch self {
    case .notSlower(_, _, let tolerance): tolerance
    }
  }

  /// Checks that the gate can be decided at all.
  ///
  /// A gate of a variant against itself, or with a tolerance that is no number, is refused before anything
  /// is measured: it would pass for ever.
  public func validate() throws(GateError) {
    guard pair.variant != pair.reference else { throw .comparesWithItself(pair.variant) }
    guard tolerance.isMeaningful else { throw .toleranceOutOfRange(tolerance.percent) }
  }
}

extension Gate: CustomStringConvertible {
  /// Such as `async not slower than sync by more than 10 %`.
  public var description: String {
    switch self {
    case .notSlower(let variant, let reference, let tolerance) where tolerance.percent < 0:
      "\(variant) faster than \(reference) by at least \(Tolerance.percent(-tolerance.percent))"
    case .notSlower(let variant, let reference, let tolerance):
      "\(variant) not slower than \(reference) by more than \(tolerance)"
    }
  }
}

/// Why a gate can never be decided.
public enum GateError: Error, Sendable, Hashable {
  /// Both sides are the same variant.
  case comparesWithItself(Variant)

  /// The tolerance in per cent is not finite, or not above −100.
  case toleranceOutOfRange(Double)
}

extension GateError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .comparesWithItself(let variant):
      "The gate compares \(variant) with itself: name another variant as the reference."
    case .toleranceOutOfRange(let percent):
      "A tolerance of \(percent) % cannot be kept: use a finite number above -100, such as .percent(10)."
    }
  }
}
