extension Budget {
  /// The longest that a case may be asked to be measured: a day.
  package static let greatestTime = Duration.seconds(86_400)

  /// Why nothing can be measured by it, and what to write instead; nil where something can.
  package var problem: String? {
    switch self {
    case .time(let time), .untilDecided(let time): return Self.problem(of: time)
    case .untilHalfWidth(let width, let time):
      guard width.isMeaningful, width.percent > 0 else {
        return
          "a half-width of \(width) is never reached: give a number of per cent above 0, such as .percent(0.5)"
      }
      return Self.problem(of: time)
    case .rounds(let rounds):
      return rounds >= 1 ? nil : "\(rounds) rounds measure nothing: give at least 1"
    }
  }

  private static func problem(of time: Duration) -> String? {
    if time <= .zero { return "\(time) measures nothing: give a time above 0, such as .seconds(3)" }
    return time <= greatestTime ? nil : "\(time) is too long: give a day, 86,400 s, at most"
  }
}

extension WarmUp {
  /// Why it can't be done, and what to write instead; nil where it can.
  package var problem: String? {
    switch self {
    case .automatic: nil
    case .operations(let count):
      count >= 0 ? nil : "\(count) operations can't be run: give 0 for none, or more"
    case .time(let time):
      time < .zero
        ? "\(time) can't be waited: give 0 for none, or more"
        : time <= Budget.greatestTime ? nil : "\(time) is too long: give a day, 86,400 s, at most"
    }
  }
}
