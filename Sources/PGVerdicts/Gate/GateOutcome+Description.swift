import PGMeasuring
import PGStatistics

extension GateOutcome: CustomStringConvertible {
  /// The outcome as a message that can be acted on: the gate, both figures, the ratio and its interval, the
  /// bound, what all that rests on, and what it could have seen.
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
    let stored =
      isOfAnotherHour
      ? " The stored time is of another hour, and two hours of one machine differ by tens of per cent." : ""
    return """
      \(per): \(subject), \(other).\(stored) \(isExact ? exactly : approximately) Measured in \
      \(Format.amount(rounds, "round")) over \(Format.amount(sessions, "session")), look \(look) of \(looks).\(sensitivity)
      """
  }

  /// Whether all sessions said the same, so that there is no interval.
  private var isExact: Bool { low == high }

  private var exactly: String {
    isRatio ? "It is exact: ratio \(scaled(estimate)); at most \(scaled(bound)) is allowed." : "It is exact."
  }

  private var approximately: String {
    let interval = "\(Format.confidence(confidence)) interval \(scaled(low)) to \(scaled(high))"
    let comparison =
      isRatio
      ? "Ratio \(scaled(estimate)), \(interval); at most \(scaled(bound)) is allowed." : "\(interval)."
    return "\(comparison) At the gate's error rates it is at least \(scaled(atLeast)) (false alarm "
      + "\(Format.errorRate(rates.falseAlarm))) and at most \(scaled(atMost)) (miss \(Format.errorRate(rates.miss)))."
  }

  private var sensitivity: String {
    guard !isExact, let excess = smallestDetectableExcess else { return "" }
    return " Smallest excess that it would have shown: \(Format.percent(excess))."
  }

  /// Whether a time is held against a stored one.
  private var isOfAnotherHour: Bool { unit == .nanoseconds && reference == "the baseline" }

  private func scaled(_ value: Double) -> String {
    isRatio ? Format.decimals(value, like: high - low) : Format.metric(value, unit)
  }
}
