/// What became of a gate.
public enum Verdict: Sendable, Hashable {
  /// Nothing shows that the limit was exceeded.
  case passed

  /// The measurement shows that the limit was exceeded.
  case failed

  /// There was too little to decide from; the reason says what to do.
  case notEvaluated(reason: String)

  /// The word for it in reports: `passed`, `failed` or `notEvaluated`.
  public var name: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .notEvaluated: "notEvaluated"
    }
  }

  /// Why the gate was not evaluated.
  public var reason: String? {
    guard case .notEvaluated(let reason) = self else { return nil }
    return reason
  }
}
