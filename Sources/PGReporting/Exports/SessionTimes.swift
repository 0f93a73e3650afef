import PGMeasuring
import PGStatistics

/// The times of a variant's operations session by session: what formats call runs, repetitions or forks.
///
/// An operation is what operations per second count, of which a run of the body may be several: so a format's
/// times and rates are of the same. Latencies are of whole runs of the body, since nobody knows their parts.
struct SessionTimes {
  /// One session.
  struct Session {
    /// Its number, from 0.
    let number: Int
    /// How many operations its rounds had.
    let operations: Int
    /// Nanoseconds for each operation, round by round.
    let rounds: [Double]
    /// Nanoseconds for each operation of the whole session.
    let time: Double
  }

  /// A time with its interval.
  struct Estimate {
    /// Nanoseconds for each operation.
    let value: Double
    /// The interval's lower end; nil where nothing tells how sessions differ.
    let low: Double?
    /// The interval's upper end.
    let high: Double?

    /// Half of the interval's width.
    var halfWidth: Double? {
      guard let low, let high else { return nil }
      return (high - low) / 2
    }
  }

  /// The sessions in the order in which they ran.
  let sessions: [Session]

  /// Reads the rounds that a report holds; those in which nothing ran are left out.
  init(of variant: Variant, in report: CaseReport) {
    let blocks = report.rounds.first { $0.variant == variant }?.blocks ?? []
    let counted = report.counted
    sessions = blocks.filter { $0.timePerOperation != nil }.sessions.compactMap { session in
      guard let first = session.first else { return nil }
      // A file may hold any numbers.
      let runs = session.reduce(0) { $0.addingReportingOverflow($1.operations).partialValue }
      let operations = runs.multipliedReportingOverflow(by: counted).partialValue
      let elapsed = session.reduce(0.0) { $0 + Double($1.elapsed) }
      let time = elapsed / session.reduce(0.0) { $0 + Double($1.operations) } / Double(counted)
      guard operations > 0, time.isFinite, time > 0 else { return nil }
      return Session(
        number: first.session, operations: operations,
        rounds: session.compactMap(\.timePerOperation).map { $0 / Double(counted) }, time: time)
    }
  }

  /// Nanoseconds for each operation, all sessions together.
  var mean: Double? {
    let operations = sessions.reduce(0.0) { $0 + Double($1.operations) }
    guard operations > 0 else { return nil }
    return sessions.reduce(0.0) { $0 + $1.time * Double($1.operations) } / operations
  }

  /// Nanoseconds for each operation of every round.
  var rounds: [Double] { sessions.flatMap(\.rounds) }

  /// The time of a typical session with the interval that sessions' differences give.
  ///
  /// It is the trimmed mean of the sessions' logarithms (`TrimmedMean`), so that both ends are times, and
  /// their inverses the ends for operations per second. It tells of this run alone: other hours have other
  /// times.
  ///
  /// - Returns: nil where there are fewer than two sessions.
  func estimate(confidence: Double) -> Estimate? {
    guard let mean = TrimmedMean(of: sessions.map { Elementary.log($0.time) }) else { return nil }
    let half = mean.halfWidth(confidence: confidence)
    let ends = [mean.mean, mean.mean - half, mean.mean + half].map(Elementary.ratio(ofLog:))
    guard ends.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    return Estimate(value: ends[0], low: ends[1], high: ends[2])
  }
}

/// Figures of some numbers, as other tools compute them.
struct Spread: Sendable, Hashable {
  /// The arithmetic mean.
  let mean: Double
  /// The middle value, or the mean of the middle two.
  let median: Double
  /// The least.
  let min: Double
  /// The greatest.
  let max: Double
  /// The standard deviation of the sample (divided by n − 1); zero of one number.
  let deviation: Double
}

extension Spread {
  /// The figures of some numbers; nil of none.
  init?(of values: [Double]) {
    guard let min = values.min(), let max = values.max(), let median = Median.of(values) else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
    self.init(mean: mean, median: median, min: min, max: max, deviation: deviation)
  }
}

extension Spread: Decodable {
  /// The study's names (`StudyFile`).
  private enum CodingKeys: String, CodingKey {
    case mean, median, min, max
    case deviation = "stdev"
  }
}
