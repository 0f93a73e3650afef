/// What became of a gate.
public enum Verdict: Sendable, Hashable {
  /// The measurement shows, with the gate's error rate, that the bound was exceeded.
  case regressed

  /// The measurement shows that the bound was kept: shown, not assumed.
  ///
  /// A test of non-inferiority, one side of the equivalence test of Schuirmann, Journal of Pharmacokinetics
  /// and Biopharmaceutics 15 (1987): the interval's upper end is below the bound.
  case withinTolerance

  /// The bound was kept, and the figure is shown to be better than the reference's by more than the
  /// tolerance.
  case improved

  /// Neither could be shown: the interval holds the bound.
  case inconclusive

  /// The baseline has no such case or variant yet.
  case new

  /// There was too little to decide from, or the figure means nothing here; the reason says what to do.
  case refused(reason: String)

  /// The word for it in JSON: `regressed`, `withinTolerance`, `improved`, `inconclusive`, `new` or `refused`.
  public var name: String {
    switch self {
    case .regressed: "regressed"
    case .withinTolerance: "withinTolerance"
    case .improved: "improved"
    case .inconclusive: "inconclusive"
    case .new: "new"
    case .refused: "refused"
    }
  }

  /// The same as people read it: `within tolerance`.
  public var words: String { self == .withinTolerance ? "within tolerance" : name }

  /// Why the gate was refused.
  public var reason: String? {
    guard case .refused(let reason) = self else { return nil }
    return reason
  }

  /// Whether more rounds would not change it.
  public var isFinal: Bool { self != .inconclusive }

  /// Whether the bound is shown to be kept.
  public var isKept: Bool { self == .withinTolerance || self == .improved }
}
