public import PGMeasuring
public import PGStatistics

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
    case "suspect": verdict = .suspect
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

extension GateOutcome {
  /// The figures that a gate was decided from.
  public struct Figures: Sendable, Hashable, Codable {
    /// The gated variant.
    public let variant: Variant
    /// The gated quantity, such as `time`, `p99` or `allocations`.
    public let quantity: String
    /// What the figures are counted in.
    public let unit: Metric.Unit
    /// What the variant is held against, in words: a variant, `the baseline`, `the limit`.
    public let reference: String
    /// The variant's figure, in the unit: the median over the sessions.
    public let variantFigure: Double
    /// The figure that it is held against.
    public let referenceFigure: Double
    /// Whether `estimate` and the bounds are ratios, or figures in the unit.
    public let isRatio: Bool
    /// The estimate that was held against the bound.
    public let estimate: Double
    /// The lower end of its interval, of `confidence`.
    public let low: Double
    /// The upper end of its interval.
    public let high: Double
    /// The confidence of the interval.
    public let confidence: Double
    /// The greatest value that the gate allows.
    public let bound: Double
    /// What the estimate is at least, with the gate's own rate of false alarms: above the bound, it
    /// regressed.
    public let atLeast: Double
    /// What the estimate is at most, with the gate's own rate of misses: not above the bound, it was kept.
    public let atMost: Double
    /// The error rates of this look.
    public let rates: ErrorRates
    /// The tolerance; nil where the gate has a limit.
    public let tolerance: Tolerance?
    /// The smallest excess over the bound that nine of ten such measurements would have shown: a fraction of
    /// it.
    public let smallestDetectableExcess: Double?
    /// Of the whole time, of connecting and of the first operation: the mean of all ÷ the reference's, no
    /// session left out (`RawMean`); nil of other figures.
    public let rawMean: Double?
    /// Of numbers, the probability that chance alone gives the variant at least so many of all; nil of other
    /// figures.
    public let chance: Double?
    /// How many sessions, or groups of them, the estimate rests on.
    public let sessions: Int
    /// How many rounds.
    public let rounds: Int
    /// At which of the planned looks it was decided, from 1.
    public let look: Int
    /// How many looks were planned.
    public let looks: Int
  }
}

extension GateOutcome.Figures {
  package init(
    _ gate: Gate, _ variant: Variant, _ measurement: GateMeasurement, _ rawMean: RawMean?,
    _ rates: ErrorRates, rounds: Int, look: Int, looks: Int
  ) {
    let estimate = measurement.estimate
    let confidence = 0.95
    let margin = estimate.margin(errorRate: (1 - confidence) / 2)
    let reference: String =
      switch gate.bound {
      case .reference(let reference, _): reference.name
      case .limit: "the limit"
      case .baseline: "the baseline"
      case .baselineRatio(let reference, _): "\(reference) and the baseline's ratio"
      }
    self.init(
      variant: variant, quantity: gate.quantity.description, unit: gate.quantity.unit, reference: reference,
      variantFigure: measurement.figure, referenceFigure: measurement.reference,
      isRatio: measurement.scale == .logRatio, estimate: measurement.unscaled(estimate.value),
      low: measurement.unscaled(estimate.value - margin), high: measurement.unscaled(estimate.value + margin),
      confidence: confidence, bound: measurement.unscaled(measurement.bound),
      atLeast: measurement.unscaled(estimate.value - estimate.margin(errorRate: rates.falseAlarm)),
      atMost: measurement.unscaled(estimate.value + estimate.margin(errorRate: rates.miss)), rates: rates,
      tolerance: gate.tolerance, smallestDetectableExcess: measurement.smallestDetectable(rates),
      rawMean: rawMean?.ratio, chance: nil, sessions: estimate.sessions, rounds: rounds, look: look,
      looks: looks)
  }
}

extension GateOutcome.Figures {
  /// Records numbers, which are exact, and how likely chance alone makes them so uneven.
  package init(
    _ gate: Gate, _ variant: Variant, _ reference: Variant, _ counts: CountComparison, _ rates: ErrorRates,
    rounds: Int, look: Int, looks: Int
  ) {
    let (count, others) = (Double(counts.count), Double(counts.others))
    self.init(
      variant: variant, quantity: gate.quantity.description, unit: gate.quantity.unit,
      reference: reference.name,
      variantFigure: count, referenceFigure: others, isRatio: false, estimate: count, low: count, high: count,
      confidence: 0.95, bound: others, atLeast: count, atMost: count, rates: rates, tolerance: gate.tolerance,
      smallestDetectableExcess: nil, rawMean: nil, chance: counts.probability, sessions: counts.sessions,
      rounds: rounds, look: look, looks: looks)
  }
}

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
    case .suspect:
      "Suspect (\(gate)). It may be beyond what is allowed, and the budget was too short to show it: measure "
        + "it alone and for longer."
    case .inconclusive where figures?.chance != nil:
      "Inconclusive (\(gate)). So few tell nothing of how they are shared; a longer budget would decide it."
    case .inconclusive:
      "Inconclusive (\(gate)). At the gate's error rates it may be on either side of the bound; a longer "
        + "budget or a wider tolerance would decide it."
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
      \(Format.amount(rounds, "round")) over \(Format.amount(sessions, "session")), look \(look) of \
      \(looks).\(sensitivity)\(ofAll)
      """
  }

  /// Whether all sessions said the same, so that there is no interval.
  private var isExact: Bool { low == high }

  private var exactly: String {
    if let chance { return "Chance alone gives so many with a probability of \(Format.errorRate(chance))." }
    return isRatio
      ? "It is exact: ratio \(scaled(estimate)); at most \(scaled(bound)) is allowed." : "It is exact."
  }

  private var approximately: String {
    let interval = "\(Format.confidence(confidence)) interval \(scaled(low)) to \(scaled(high))"
    let comparison =
      isRatio
      ? "Ratio \(scaled(estimate)), \(interval); at most \(scaled(bound)) is allowed." : "\(interval)."
    return "\(comparison) At the gate's error rates it is at least \(scaled(atLeast)) (false alarm "
      + "\(Format.errorRate(rates.falseAlarm))) and at most \(scaled(atMost)) (miss "
      + "\(Format.errorRate(rates.miss)))."
  }

  private var sensitivity: String {
    guard !isExact, let excess = smallestDetectableExcess else { return "" }
    return " Smallest excess that it would have shown: \(Format.percent(excess))."
  }

  private var ofAll: String {
    guard let rawMean else { return "" }
    return " The mean of all, no session left out, is \(Format.decimals(rawMean, like: 0.1)) times the "
      + "reference's."
  }

  /// What speaks against a figure that is kept by itself, in words.
  fileprivate var contradiction: String? {
    guard let rawMean, rawMean > bound, atMost <= bound else { return nil }
    return "the mean of all sessions is \(Format.decimals(rawMean, like: 0.1)) times the reference's, by "
      + "a few sessions"
  }

  /// Whether a time is held against a stored one.
  private var isOfAnotherHour: Bool { unit == .nanoseconds && reference == "the baseline" }

  private func scaled(_ value: Double) -> String {
    isRatio ? Format.decimals(value, like: high - low) : Format.metric(value, unit)
  }
}

extension GateOutcome {
  /// The outcome in a line: verdict, figure, and what is allowed.
  ///
  /// The rest is in `description`. Such as `Regressed: 5 statements of async, 1 allowed.`
  public var brief: String {
    guard let figures, verdict.reason == nil else { return description }
    let line = "\(verdict.words.prefix(1).uppercased())\(verdict.words.dropFirst()): \(figures.brief)"
    guard verdict == .inconclusive || verdict == .suspect else { return "\(line)." }
    if let chance = figures.chance {
      if figures.variantFigure <= figures.referenceFigure {
        return "\(line); so few tell nothing of how they are shared: measure for longer."
      }
      return
        "\(line); chance alone gives so many with a probability of \(Format.errorRate(chance)): measure for "
        + "longer."
    }
    if let contradiction = figures.contradiction { return "\(line); \(contradiction): measure for longer." }
    return "\(line); by the gate's error rates \(figures.range): measure for longer, or allow more."
  }
}

extension GateOutcome.Figures {
  fileprivate var brief: String {
    let allowed = isRatio ? referenceFigure * bound : bound
    switch (unit, isRatio) {
    case (.count, false) where chance != nil:
      return "\(amount(variantFigure)) of \(variant), \(Format.metric(referenceFigure, unit)) of \(reference)"
    case (.count, false) where isDifference:
      let other = "\(Format.metric(referenceFigure, unit)) of \(reference)"
      return "\(amount(variantFigure)) of \(variant), \(other), \(Format.metric(bound, unit)) more allowed"
    case (.count, false):
      return "\(amount(variantFigure)) of \(variant), \(Format.metric(allowed, unit)) allowed"
    case (.count, true):
      let other = "\(Format.metric(referenceFigure, unit)) of \(reference)"
      return "\(amount(variantFigure)) of \(variant), \(other), \(Format.metric(allowed, unit)) allowed"
    case (_, false):
      return
        "\(quantity) of \(variant) \(Format.metric(variantFigure, unit)), \(Format.metric(allowed, unit)) "
        + "allowed"
    case (_, true):
      let width = high - low
      let ratio = "\(Format.decimals(estimate, like: width)) times as much"
      let bound = "\(Format.decimals(bound, like: width)) times allowed"
      return "\(quantity) of \(variant) \(Format.metric(variantFigure, unit)), of \(reference) "
        + "\(Format.metric(referenceFigure, unit)): \(ratio), \(bound)"
    }
  }

  /// Such as `5 statements` or `1 statement`.
  private func amount(_ number: Double) -> String {
    let isOne = number == 1 && quantity.hasSuffix("s")
    let amount = "\(Format.metric(number, unit)) \(isOne ? String(quantity.dropLast()) : quantity)"
    return isDifference ? "\(amount) in 1,000" : amount
  }

  /// Whether it is how many more of a thousand operations there are than with the reference.
  private var isDifference: Bool { quantity == Quantity.slowOperations.description }

  /// Between what the gate's error rates leave it, which the interval of one confidence doesn't tell.
  fileprivate var range: String {
    "\(isDifference ? "the difference" : "it") may be from \(scaled(atLeast)) to \(scaled(atMost))"
  }
}

/// What a reviewer of a failed gate wants to know besides its figures.
package enum GateExplanation {
  /// How noisy the variant was, and what else differs between it and its reference, in sentences.
  ///
  /// - Parameter baseline: The case in the stored baseline, for a gate that is held against it.
  package static func text(_ gate: Gate, in analysis: Analysis, baseline: BaselineCase? = nil) -> String {
    guard let variant = gate.variant else { return "" }
    return ([noise(of: variant, in: analysis)] + [moved(gate, variant, analysis, baseline)])
      .compactMap(\.self).joined(separator: " ")
  }

  private static func noise(of variant: Variant, in analysis: Analysis) -> String? {
    guard let own = analysis.selfCheck.selfComparisons.first(where: { $0.variant == variant }) else {
      return nil
    }
    return "\(variant) against itself, between sessions: ± \(Format.percent(own.halfWidth)) (95 %)."
  }

  /// The metrics that differ by more than 2 %, or at all where they count, the largest difference first.
  private static func moved(
    _ gate: Gate, _ variant: Variant, _ analysis: Analysis, _ baseline: BaselineCase?
  ) -> String? {
    guard let summary = analysis[variant] else { return nil }
    func reference(_ metric: Metric) -> Double? {
      if case .baseline = gate.bound { return baseline?.figure(of: .metric(metric), variant: variant)?.value }
      return gate.reference.flatMap { analysis[$0]?[metric] }
    }
    let against: String? =
      if case .baseline = gate.bound { "the baseline" } else { gate.reference?.name }
    guard let against else { return nil }
    let differences = summary.metrics.compactMap { summary -> (size: Double, text: String)? in
      let metric = summary.metric
      guard gate.quantity != .metric(metric), let now = summary.value, let then = reference(metric) else {
        return nil
      }
      let change = then == 0 ? (now == 0 ? 0 : Double.infinity) : now / then - 1
      guard change.magnitude > (metric.isCounted && metric.unit == .count ? 0 : 0.02) else { return nil }
      let figures = "\(Format.metric(now, metric.unit)) against \(Format.metric(then, metric.unit))"
      return (change.magnitude, "\(metric) \(figures)")
    }
    guard !differences.isEmpty else { return "Nothing else differs from \(against)." }
    let texts = differences.sorted { $0.size > $1.size }.prefix(5).map(\.text)
    return "What else differs from \(against): \(texts.joined(separator: ", "))."
  }
}
