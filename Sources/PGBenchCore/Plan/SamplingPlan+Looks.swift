// When the samples are looked at, and whether they are enough.
extension SamplingPlan {
  /// How many looks at the data are planned for gates.
  public var looks: Int {
    guard case .untilDecided = budget else { return 1 }
    return looksOfGates
  }

  /// The look that is due after a session, from 0; nil if none is.
  public func look(after session: Int) -> Look? {
    guard (session + 1).isMultiple(of: max(1, sessions / looks)) else { return nil }
    let number = (session + 1) / max(1, sessions / looks) - 1
    return Look(min(number, looks - 1), isLast: session + 1 == sessions)
  }

  /// Whether no more sessions are needed, since every interval is as narrow as was asked for.
  ///
  /// Sessions come in pairs, and six are the fewest whose spread says something.
  ///
  /// - Parameter session: The session that is over, from 0.
  /// - Parameter estimates: What all samples say; not asked for, as it takes a whole analysis, where they can't matter.
  public func isNarrowEnough(
    session: Int, operations: Int, estimates: @autoclosure () throws -> [RatioEstimate]
  ) rethrows -> Bool {
    guard case .untilHalfWidth(let wanted, _) = budget, session >= 5, session % 2 == 1,
      operations >= self.operations
    else { return false }
    let estimates = try estimates()
    return !estimates.isEmpty && estimates.allSatisfy { ($0.high - $0.low) / 2 * 100 <= wanted.percent }
  }
}
