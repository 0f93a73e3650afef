import PGMeasuring

extension GateOutcome {
  /// The outcome in a line: verdict, figure, and what is allowed.
  ///
  /// The rest is in `description`. Such as `Regressed: 5 statements of async, 1 allowed.`
  public var brief: String {
    guard let figures, verdict.reason == nil else { return description }
    let line = "\(verdict.words.prefix(1).uppercased())\(verdict.words.dropFirst()): \(figures.brief)"
    guard verdict == .inconclusive else { return "\(line)." }
    return "\(line); the \(figures.interval) holds the bound: measure for longer, or allow more."
  }
}

extension GateOutcome.Figures {
  fileprivate var brief: String {
    let allowed = isRatio ? referenceFigure * bound : bound
    switch (unit, isRatio) {
    case (.count, false):
      return "\(amount(variantFigure)) of \(variant), \(Format.metric(allowed, unit)) allowed"
    case (.count, true):
      let other = "\(Format.metric(referenceFigure, unit)) of \(reference)"
      return "\(amount(variantFigure)) of \(variant), \(other), \(Format.metric(allowed, unit)) allowed"
    case (_, false):
      return
        "\(quantity) of \(variant) \(Format.metric(variantFigure, unit)), \(Format.metric(allowed, unit)) allowed"
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
    return "\(Format.metric(number, unit)) \(isOne ? String(quantity.dropLast()) : quantity)"
  }

  fileprivate var interval: String {
    let ends = [low, high].map { isRatio ? Format.decimals($0, like: high - low) : Format.metric($0, unit) }
    return "\(Format.confidence(confidence)) interval from \(ends[0]) to \(ends[1])"
  }
}
