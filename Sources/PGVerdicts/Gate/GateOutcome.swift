/// What became of a gate in a case, and the figures that decided it.
public struct GateOutcome: Sendable, Hashable, Codable {
  /// The gate in words.
  public let gate: String

  /// The decision.
  public let verdict: Verdict

  /// What it was made from; nil when the gate was refused or the case is new.
  public let figures: Figures?

  /// What a reviewer wants to know besides, in sentences (`GateExplanation`); nil where nothing has to be
  /// explained.
  public let explanation: String?

  /// Records an outcome.
  public init(gate: Gate, verdict: Verdict, figures: Figures? = nil) {
    self.init(gate: gate.description, verdict: verdict, figures: figures, explanation: nil)
  }

  /// The same gate, refused for a reason that has nothing to do with its figures.
  public func refused(_ reason: String) -> GateOutcome {
    GateOutcome(gate: gate, verdict: .refused(reason: reason), figures: figures, explanation: nil)
  }

  /// The same outcome with what a reviewer wants to know besides.
  public func explained(_ explanation: String) -> GateOutcome {
    GateOutcome(gate: gate, verdict: verdict, figures: figures, explanation: explanation)
  }

  private init(gate: String, verdict: Verdict, figures: Figures?, explanation: String?) {
    self.gate = gate
    self.verdict = verdict
    self.figures = figures
    self.explanation = explanation
  }

  private enum CodingKeys: String, CodingKey {
    case gate, outcome, reason, figures, explanation
  }

  /// Reads an outcome.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let verdict: Verdict
    switch try container.decode(String.self, forKey: .outcome) {
    case "regressed": verdict = .regressed
    case "withinTolerance": verdict = .withinTolerance
    case "improved": verdict = .improved
    case "inconclusive": verdict = .inconclusive
    case "new": verdict = .new
    case "refused": verdict = .refused(reason: try container.decode(String.self, forKey: .reason))
    case let other:
      throw DecodingError.dataCorruptedError(
        forKey: .outcome, in: container, debugDescription: "\(other) is no outcome of a gate.")
    }
    self.init(
      gate: try container.decode(String.self, forKey: .gate), verdict: verdict,
      figures: try container.decodeIfPresent(Figures.self, forKey: .figures),
      explanation: try container.decodeIfPresent(String.self, forKey: .explanation))
  }

  /// Writes the gate in words, the outcome's name, the reason if there is one, the figures and what explains
  /// them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(gate, forKey: .gate)
    try container.encode(verdict.name, forKey: .outcome)
    try container.encodeIfPresent(verdict.reason, forKey: .reason)
    try container.encodeIfPresent(figures, forKey: .figures)
    try container.encodeIfPresent(explanation, forKey: .explanation)
  }
}
