public import PGStatistics

// When the samples are looked at, and whether they are enough.
extension SamplingPlan {
  /// How many looks at the data are planned for gates.
  package var looks: Int {
    guard case .untilDecided = budget else { return 1 }
    return looksOfGates
  }

  /// The look that is due after a session; nil if none is.
  ///
  /// - Parameter session: The session that is over, from 0.
  /// - Parameter operations: What each variant has run in measured rounds.
  /// - Parameter measured: Nanoseconds spent measuring in all sessions.
  /// - Parameter spent: Nanoseconds that all sessions took, with connecting and warming up.
  package func look(after session: Int, operations: Int, measured: Int, spent: Int) -> Look? {
    if let last = lookWhenTimeIsUp(session: session, operations: operations, nanoseconds: measured) {
      return last
    }
    guard let look = look(after: session) else { return nil }
    return isOverdue(spent) ? Look(look.number, isLast: true) : look
  }

  /// Whether a case may end after so many operations of each variant.
  package func mayEnd(operations: Int) -> Bool { endsBeforeCount || operations >= self.operations }

  /// Whether a look is the last, as operations that take long have made the sessions longer than planned.
  private func isOverdue(_ spent: Int) -> Bool {
    guard endsBeforeCount, case .untilDecided(let time) = budget else { return false }
    return .nanoseconds(spent) > time * 3
  }

  /// The planned look after a session, from 0; nil if none is.
  package func look(after session: Int) -> Look? {
    guard (session + 1).isMultiple(of: max(1, sessions / looks)) else { return nil }
    let number = (session + 1) / max(1, sessions / looks) - 1
    return Look(min(number, looks - 1), isLast: session + 1 == sessions)
  }

  /// The last look, if one is due before its session since the time is up: operations of seconds make
  /// sessions much longer than they are planned.
  ///
  /// Four sessions are the fewest that a plan has. How long they take says nothing of what they show, so that
  /// the looks which were left out make the last one's bounds too wide at most.
  ///
  /// - Parameter session: The session that is over, from 0.
  /// - Parameter nanoseconds: Time spent measuring in all sessions.
  package func lookWhenTimeIsUp(session: Int, operations: Int, nanoseconds: Int) -> Look? {
    let limit: Duration
    switch budget {
    case .time(let time): limit = time
    case .untilHalfWidth(_, let time), .untilDecided(let time): limit = time * 3
    case .rounds: return nil
    }
    guard session >= 3, session % 2 == 1, session + 1 < sessions, operations >= self.operations,
      nanoseconds >= limit.wholeNanoseconds
    else { return nil }
    return Look(looks - 1, isLast: true)
  }

  /// Whether no more sessions are needed, since every interval is as narrow as was asked for.
  ///
  /// Sessions come in pairs, and six are the fewest whose spread says something.
  ///
  /// - Parameter session: The session that is over, from 0.
  /// - Parameter estimates: What all samples say; not asked for, as it takes a whole analysis, where they
  ///   can't matter.
  package func isNarrowEnough(
    session: Int, operations: Int, estimates: @autoclosure () throws -> [RatioEstimate]
  ) rethrows -> Bool {
    guard case .untilHalfWidth(let wanted, _) = budget, session >= 5, session % 2 == 1,
      operations >= self.operations
    else { return false }
    let estimates = try estimates()
    return !estimates.isEmpty && estimates.allSatisfy { ($0.high - $0.low) / 2 * 100 <= wanted.percent }
  }
}
