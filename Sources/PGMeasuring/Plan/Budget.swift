/// When a case has been measured enough.
public enum Budget: Sendable, Hashable, Codable {
  /// Rounds are taken until this much time has passed, warm-up not counted.
  case time(Duration)

  /// Sessions are taken until the half-width of every comparison's interval is at most so much of the
  /// reference's time, or until the time has passed.
  ///
  /// To look after every session and to stop when it suits makes the intervals slightly too narrow.
  case untilHalfWidth(Tolerance, atMost: Duration)

  /// Sessions are taken until every gate of the case is decided, or until the time has passed.
  ///
  /// Looked at after each quarter of the time, with error rates that are corrected for it (`AlphaSpending`).
  /// A case without gates is measured for a quarter.
  case untilDecided(atMost: Duration)

  /// Exactly so many rounds are taken, over all sessions together.
  case rounds(Int)
}

extension Budget {
  /// The most time that is measured; nil for a number of rounds, which take as long as they take.
  public var greatest: Duration? {
    switch self {
    case .time(let time), .untilHalfWidth(_, let time), .untilDecided(let time): time
    case .rounds: nil
    }
  }
}
