import PGStatistics

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

/// How much is run before anything is measured, in each session anew, since its connections are fresh.
public enum WarmUp: Sendable, Hashable, Codable {
  /// Past the server's change to a generic plan, which comes with a statement's sixth execution, and then
  /// some.
  ///
  /// PostgreSQL manual, PREPARE, "Notes". It ends when 32 operations of each variant have run and the times
  /// of all have stopped falling (`SteadyState`), or when an eighth of the session's share of the budget is
  /// spent.
  case automatic

  /// So many operations of each variant.
  case operations(Int)

  /// At least so long, all variants together.
  case time(Duration)
}

/// By how much a figure may exceed another before a gate objects.
///
/// A negative tolerance demands a lead: `.percent(-5)` asks for at least 5 % less time. With a floor, as in
/// `.percent(10).atLeast(.microseconds(2))`, the greater of the two counts: what is quick already isn't held
/// to fractions of a microsecond.
public struct Tolerance: Sendable, Hashable {
  /// The tolerance in per cent, as it was written.
  public let percent: Double

  /// The least that a figure may exceed another by, whatever the per cent; 0 for none.
  ///
  /// In nanoseconds of what is a time, in bytes or a number of other metrics.
  public let floor: Double

  private init(percent: Double, floor: Double = 0) {
    self.percent = percent
    self.floor = floor
  }

  /// A tolerance in per cent of the reference's figure.
  public static func percent(_ percent: Double) -> Tolerance {
    Tolerance(percent: percent)
  }

  /// The same, but at least so much time.
  public func atLeast(_ floor: Duration) -> Tolerance {
    Tolerance(percent: percent, floor: Double(floor.wholeNanoseconds))
  }

  /// The same, but at least so much of a metric, in its unit.
  public func atLeast(_ floor: Double) -> Tolerance {
    Tolerance(percent: percent, floor: floor)
  }

  /// The greatest ratio to the reference that is within the tolerance, floor left aside: 1.1 for 10 %.
  public var greatestRatio: Double { 1 + percent / 100 }

  /// The greatest ratio to a reference of this figure that is within the tolerance.
  public func greatestRatio(to reference: Double) -> Double {
    floor > 0 && reference > 0 ? max(greatestRatio, 1 + floor / reference) : greatestRatio
  }

  /// The greatest difference from a reference of this figure that is within the tolerance.
  package func greatestDifference(from reference: Double) -> Double {
    max(floor, percent / 100 * abs(reference))
  }

  /// Whether the tolerance means anything: finite and above −100 %, where no time would be left, and no
  /// negative floor.
  public var isMeaningful: Bool {
    percent.isFinite && percent > -100 && (0...Self.greatestFigure).contains(floor)
  }

  /// The greatest figure that anything is held against, in its unit: of nanoseconds, 31 years.
  package static let greatestFigure = 1e18
}

extension Tolerance: CustomStringConvertible {
  /// Such as `10 %` or `2.5 %`; the floor's unit is not known here, see `description(in:)`.
  public var description: String {
    percent == percent.rounded() && abs(percent) < 1e15 ? "\(Int(percent)) %" : "\(percent) %"
  }

  /// Such as `10 %` or `10 % and at least 2.00 µs`.
  package func description(in unit: Metric.Unit) -> String {
    floor > 0 ? "\(self) and at least \(Format.metric(floor, unit))" : description
  }
}

extension Tolerance: Codable {
  private enum CodingKeys: String, CodingKey {
    case percent, floor
  }

  /// Reads a tolerance from a number of per cent, or from an object that has a floor as well.
  public init(from decoder: any Decoder) throws {
    if let percent = try? decoder.singleValueContainer().decode(Double.self) {
      self.init(percent: percent)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      percent: try container.decode(Double.self, forKey: .percent),
      floor: try container.decode(Double.self, forKey: .floor))
  }

  /// Writes the number of per cent, or an object with the floor where there is one.
  public func encode(to encoder: any Encoder) throws {
    guard floor > 0 else {
      var container = encoder.singleValueContainer()
      return try container.encode(percent)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(percent, forKey: .percent)
    try container.encode(floor, forKey: .floor)
  }
}

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
          "a half-width of \(width) is never reached: give a number of per cent above 0, such as "
          + ".percent(0.5)"
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
