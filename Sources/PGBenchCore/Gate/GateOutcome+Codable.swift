extension GateOutcome: Codable {
  private enum CodingKeys: String, CodingKey {
    case gate, outcome, reason, figures
  }

  /// Reads an outcome.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let verdict: Verdict
    switch try container.decode(String.self, forKey: .outcome) {
    case "passed": verdict = .passed
    case "failed": verdict = .failed
    case "notEvaluated": verdict = .notEvaluated(reason: try container.decode(String.self, forKey: .reason))
    case let other:
      throw DecodingError.dataCorruptedError(
        forKey: .outcome, in: container, debugDescription: "\(other) is no outcome of a gate.")
    }
    self.init(
      gate: try container.decode(String.self, forKey: .gate), verdict: verdict,
      figures: try container.decodeIfPresent(Figures.self, forKey: .figures))
  }

  /// Writes the gate in words, the outcome's name, the reason if there is one, and the figures.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(gate, forKey: .gate)
    try container.encode(verdict.name, forKey: .outcome)
    try container.encodeIfPresent(verdict.reason, forKey: .reason)
    try container.encodeIfPresent(figures, forKey: .figures)
  }
}

extension GateOutcome.Figures: Codable {
  private enum CodingKeys: String, CodingKey {
    case variantMedian, referenceMedian, tolerance
  }

  /// Reads the figures from one flat object.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let comparison = try Comparison(from: decoder)
    self.init(
      pair: comparison.pair,
      variantMedian: .nanoseconds(try container.decode(Int.self, forKey: .variantMedian)),
      referenceMedian: .nanoseconds(try container.decode(Int.self, forKey: .referenceMedian)),
      tolerance: try container.decode(Tolerance.self, forKey: .tolerance),
      estimate: comparison.estimate)
  }

  /// Writes the comparison's keys, both medians in nanoseconds and the tolerance in per cent.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(variantMedian.wholeNanoseconds, forKey: .variantMedian)
    try container.encode(referenceMedian.wholeNanoseconds, forKey: .referenceMedian)
    try container.encode(tolerance, forKey: .tolerance)
    try Comparison(pair: pair, estimate: estimate).encode(to: encoder)
  }
}
