extension GateOutcome: CustomStringConvertible {
  /// The outcome as a message that can be acted on: the gate, both figures, the ratio and its interval, the bound, what
  /// all that rests on, and what it could have seen.
  public var description: String {
    guard let figures, verdict.reason == nil else { return heading }
    return ["\(heading) \(figures)", explanation].compactMap(\.self).joined(separator: " ")
  }

  private var heading: String {
    switch verdict {
    case .regressed: "Regressed (\(gate))."
    case .withinTolerance: "Within tolerance (\(gate))."
    case .improved: "Improved (\(gate))."
    case .inconclusive:
      "Inconclusive (\(gate)). The interval holds the bound; a longer budget or a wider tolerance would decide it."
    case .new: "New (\(gate)): the baseline has no such case yet; PGBENCH_SAVE_BASELINE adds it."
    case .refused(let reason): "Refused (\(gate)): \(reason)."
    }
  }
}

extension GateOutcome.Figures: CustomStringConvertible {
  /// The figures in sentences.
  public var description: String {
    let subject = "\(variant) \(Format.metric(variantFigure, unit))"
    let other = "\(reference) \(Format.metric(referenceFigure, unit))"
    let per =
      quantity == "time" ? "Time per operation" : quantity.prefix(1).uppercased() + quantity.dropFirst()
    let comparison =
      isRatio
      ? "Ratio \(Format.decimals(estimate, like: high - low)), \(Format.confidence(confidence)) interval "
        + "\(Format.decimals(low, like: high - low)) to \(Format.decimals(high, like: high - low)); "
        + "at most \(Format.decimals(bound, like: high - low)) is allowed."
      : "\(Format.confidence(confidence)) interval \(Format.metric(low, unit)) to \(Format.metric(high, unit))."
    let proof =
      "At the gate's error rates it is at least \(scaled(atLeast)) (false alarm \(Format.errorRate(rates.falseAlarm))) and at "
      + "most \(scaled(atMost)) (miss \(Format.errorRate(rates.miss)))."
    let sensitivity =
      smallestDetectableExcess.map {
        $0 > 0 ? " Smallest excess that it would have shown: \(Format.percent($0))." : " It is exact."
      } ?? ""
    let stored =
      isOfAnotherHour
      ? " The stored time is of another hour, and two hours of one machine differ by tens of per cent." : ""
    return """
      \(per): \(subject), \(other).\(stored) \(comparison) \(proof) Measured in \(Format.amount(rounds, "round")) over \
      \(Format.amount(sessions, "session")), look \(look) of \(looks).\(sensitivity)
      """
  }

  /// Whether a time is held against a stored one.
  private var isOfAnotherHour: Bool { unit == .nanoseconds && reference == "the baseline" }

  private func scaled(_ value: Double) -> String {
    isRatio ? Format.decimals(value, like: high - low) : Format.metric(value, unit)
  }
}
