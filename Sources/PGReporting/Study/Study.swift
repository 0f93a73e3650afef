package import PGMeasuring
package import PGStatistics

/// The figures of the study that the workloads come from, or figures in its layout: two drivers, count by
/// count.
///
/// The study is AliYmn/fastapi-asyncpg-vs-psycopg2, whose `benchmark_report.json` has suites of rows. It took
/// the mean of three repetitions for each driver, and no interval; a file that `StudyExport` wrote has one
/// for each row that was compared.
package struct Study: Sendable, Hashable {
  /// When it was measured, as the file says it.
  package let timestamp: String?
  /// The suites: standard and mixed, then others by name, then the advanced ones.
  package let suites: [Suite]

  /// A suite: rows of counts.
  package struct Suite: Sendable, Hashable {
    /// Its name in the file, such as `standard`.
    package let name: String
    /// The rows by their counts.
    package let rows: [Row]
  }

  /// A count with the figures of both drivers.
  package struct Row: Sendable, Hashable {
    /// How many iterations ran.
    package let count: Int
    /// How many clients ran at once; nil where the file doesn't tell.
    package let clients: Int?
    /// The asynchronous driver's figures.
    package let async: Figures
    /// The synchronous driver's figures.
    package let sync: Figures
    /// How much time async takes as a multiple of sync's, with its interval; nil in the study's own files.
    package let ratio: RatioEstimate?
  }

  /// A driver's figures at a count.
  package struct Figures: Sendable, Hashable {
    /// Operations per second: the mean of the repetitions.
    package let rate: Double
    /// What the file has besides; nil for suites in which it has nothing.
    package let details: Details?
  }

  /// A driver's figures that the study has of its first two suites.
  package struct Details: Sendable, Hashable {
    /// What the study calls the driver, such as `asyncpg`.
    package let driver: String
    /// How many operations the iterations count for.
    package let operations: Int
    /// How often it was repeated.
    package let repetitions: Int
    /// Seconds that the iterations took.
    let executionTime: Spread
    /// Seconds from the request to its end; nil where it isn't known.
    let totalTime: Spread?
    /// Operations per second.
    let rates: Spread
  }
}

extension Study.Row {
  /// The study's difference column, (async − sync) ÷ sync, as a fraction; nil where there is none.
  package var difference: Double? {
    let difference = (async.rate - sync.rate) / sync.rate
    return difference.isFinite ? difference : nil
  }

  /// The study's "faster" column, by its rule: more operations per second, and sync where both have as many.
  ///
  /// It compares two means, so that it is chance as often as not where the drivers are alike.
  package var winner: Variant { async.rate > sync.rate ? .async : .sync }
}

extension Study.Suite {
  /// In how many rows a driver has more operations per second.
  package func wins(of variant: Variant) -> Int { rows.count { $0.winner == variant } }

  /// The mean of the difference column; nil of no rows.
  package var meanDifference: Double? {
    let differences = rows.compactMap(\.difference)
    return differences.isEmpty ? nil : differences.reduce(0, +) / Double(differences.count)
  }

  /// The study's advanced suites, which have another layout in its file.
  static let advanced = ["parallel", "complex", "concurrent"]

  /// Whether the suite's layout is that of the advanced ones.
  var isAdvanced: Bool { Self.advanced.contains(name) }

  /// Where a suite stands among others.
  static func order(_ name: String) -> (Int, String) {
    let known = ["standard", "mixed"]
    if let place = known.firstIndex(of: name) { return (place, "") }
    return advanced.firstIndex(of: name).map { (known.count + 1 + $0, "") } ?? (known.count, name)
  }
}

extension Study {
  /// The cases of a report that have both drivers, in the study's layout.
  ///
  /// A suite is one of the study's if it is called as such. Where a suite has several tests, or a test
  /// several arguments, each is a suite of its own. Repetitions are the sessions; execution times are those
  /// of as many operations as the count at a session's pace, and total times those with what it took to
  /// connect.
  ///
  /// - Throws: `StudyError` if no case has both drivers.
  package init(_ report: BenchmarkReport) throws(StudyError) {
    let cases = report.cases.filter { $0[.async] != nil && $0[.sync] != nil }
    guard !cases.isEmpty else { throw .lacksBothDrivers }
    let titles = CaseNames(cases.map(\.identity))
    var grouped: [(suite: String, title: String, cases: [CaseReport])] = []
    for one in cases {
      let title = titles.title(one.identity)
      if let index = grouped.firstIndex(where: { $0.suite == one.suite && $0.title == title }) {
        grouped[index].cases.append(one)
      } else {
        grouped.append((one.suite, title, [one]))
      }
    }
    var taken: Set<String> = ["timestamp", "advanced"]
    let suites = grouped.compactMap { suite, title, cases -> Suite? in
      let isOnly = grouped.count { $0.suite == suite } == 1
      let plain = Printable.line(suite).lowercased()
      var name = isOnly ? plain : "\(plain): \(Printable.line(title))"
      while !taken.insert(name).inserted { name += "_" }
      let rows = cases.compactMap { Row($0, name: name) }
      return rows.isEmpty ? nil : Suite(name: name, rows: rows.sorted { $0.count < $1.count })
    }
    guard !suites.isEmpty else { throw .lacksBothDrivers }
    self.init(
      timestamp: report.environment.startedAt,
      suites: suites.sorted { Suite.order($0.name) < Suite.order($1.name) })
  }
}

extension Study.Row {
  fileprivate init?(_ report: CaseReport, name: String) {
    let isAdvanced = Study.Suite.advanced.contains(name)
    guard let async = Study.Figures(.async, report, name: name, isDetailed: !isAdvanced),
      let sync = Study.Figures(.sync, report, name: name, isDetailed: !isAdvanced)
    else { return nil }
    let pair = VariantPair(.async, against: .sync)
    var ratio: RatioEstimate?
    for comparison in report.comparisons {
      if comparison.pair == pair { ratio = comparison.estimate }
      if comparison.pair == pair.swapped, ratio == nil { ratio = comparison.estimate.inverted }
    }
    if let found = ratio, ![found.ratio, found.low, found.high, found.confidence].allSatisfy(\.isFinite) {
      ratio = nil
    }
    let clients = name == "concurrent" ? report.clients : nil
    self.init(count: report.operations, clients: clients, async: async, sync: sync, ratio: ratio)
  }
}

extension Study.Figures {
  fileprivate init?(_ variant: Variant, _ report: CaseReport, name: String, isDetailed: Bool) {
    let sessions = SessionTimes(of: variant, in: report).sessions
    let operations = Double(report.operations) * Double(report.counted)
    let times = sessions.map { $0.time * operations / 1e9 }
    let rates = sessions.map { 1e9 / $0.time }
    guard let time = Spread(of: times), let rate = Spread(of: rates), time.isFinite, rate.isFinite else {
      return nil
    }
    let connects = report.connects?.first { $0.variant == variant }?.nanoseconds ?? []
    let totals = zip(sessions, times).compactMap { session, time in
      connects.indices.contains(session.number) ? time + Double(connects[session.number]) / 1e9 : nil
    }
    let total = totals.count == times.count ? Spread(of: totals) : nil
    self.init(
      rate: rate.mean,
      details: isDetailed
        ? Study.Details(
          driver: variant.name + (name == "mixed" ? "_mixed" : ""),
          operations: Int(exactly: operations) ?? .max,
          repetitions: sessions.count, executionTime: time,
          totalTime: total.flatMap { $0.isFinite ? $0 : nil }, rates: rate)
        : nil)
  }
}

extension Spread {
  /// Whether JSON has all of its numbers.
  var isFinite: Bool { [mean, median, min, max, deviation].allSatisfy(\.isFinite) }
}

/// Why there is no study to read or to write.
package enum StudyError: Error, Sendable, Hashable {
  /// No case has both drivers.
  case lacksBothDrivers
}

extension StudyError: CustomStringConvertible {
  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .lacksBothDrivers:
      """
      The study's layout compares async with sync, and no case of the report has measured rounds of both. \
      Use another format, such as csv.
      """
    }
  }
}
