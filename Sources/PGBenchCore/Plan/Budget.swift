/// When a case has been measured enough.
public enum Budget: Sendable, Hashable {
  /// Rounds are taken until this much time has passed, warm-up not counted.
  case time(Duration)

  /// Exactly so many rounds are taken, over all sessions together.
  case rounds(Int)
}
