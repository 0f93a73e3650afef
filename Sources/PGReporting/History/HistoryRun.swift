package import PGMeasuring
package import PGStatistics
package import PGVerdicts

/// What a history keeps of a run: when it was, what it was measured on, and its ratios.
///
/// Of the figures only the ratios of variants that were measured side by side are kept: bare times of two
/// hours differ by tens of per cent with the same code.
package struct HistoryRun: Sendable, Hashable {
  /// A variant's time ÷ its reference's, of a case.
  package struct Ratio: Sendable, Hashable {
    /// Which case.
    package let identity: CaseIdentity
    /// Which variant, against which reference.
    package let pair: VariantPair
    /// The ratio with its interval; finite, and above 0.
    package let estimate: RatioEstimate

    /// Takes a ratio; nil for what is none, as a damaged file may hold.
    package init?(_ identity: CaseIdentity, _ pair: VariantPair, _ estimate: RatioEstimate) {
      guard [estimate.ratio, estimate.low, estimate.high].allSatisfy({ $0.isFinite && $0 > 0 }),
        (1 / estimate.ratio).isFinite, (1 / estimate.low).isFinite,
        estimate.low <= estimate.ratio, estimate.ratio <= estimate.high
      else { return nil }
      self.identity = identity
      self.pair = pair
      self.estimate = estimate
    }

    /// The same seen from the reference.
    var inverted: Ratio? { Ratio(identity, pair.swapped, estimate.inverted) }
  }

  /// The name of its file.
  package let name: String
  /// The commit of the sources, if the file tells.
  package let commit: String?
  /// When it started, as the file tells; nil in baselines, which don't.
  package let startedAt: String?
  /// What it was measured on.
  package let fingerprint: Fingerprint
  /// Its ratios, in the order of the cases.
  package let ratios: [Ratio]
  /// Why cases may be missing from it, each in a sentence.
  package let warnings: [String]

  init(
    name: String, commit: String?, startedAt: String?, fingerprint: Fingerprint, ratios: [Ratio],
    warnings: [String]
  ) {
    self.name = name
    self.commit = commit
    self.startedAt = startedAt
    self.fingerprint = fingerprint
    self.ratios = ratios
    self.warnings = warnings
  }

  /// Takes what a history needs of a report.
  ///
  /// Each variant is held against the first of its case. The ratios of a comparison of commits, of the head
  /// to its own base, are no series: each starts from another commit.
  package init(_ report: BenchmarkReport, name: String) {
    self.name = name
    commit = report.environment.commit
    startedAt = report.environment.startedAt
    fingerprint = Fingerprint(of: report.environment)
    warnings = MeasuredRun.warnings(of: report)
    ratios = report.cases.flatMap { one -> [Ratio] in
      guard let reference = one.variants.first?.variant else { return [] }
      return one.comparisons.filter { $0.pair.reference == reference && !$0.pair.isOfCommits }.compactMap {
        Ratio(one.identity, $0.pair, $0.estimate)
      }
    }
  }

  /// Takes what a history needs of a baseline.
  package init(_ baseline: Baseline, name: String) {
    self.name = name
    commit = nil
    startedAt = nil
    fingerprint = baseline.fingerprint
    warnings = []
    ratios = baseline.cases.flatMap { one -> [Ratio] in
      guard let reference = one.variants.first?.variant else { return [] }
      return one.variants.compactMap { variant in
        guard let figure = variant.timeRatios.first(where: { $0.name == reference.name }),
          variant.variant != reference, figure.value > 0
        else { return nil }
        return Ratio(
          one.identity, VariantPair(variant.variant, against: reference), figure.logRatio.ratio(rounds: 0))
      }
    }
  }

  /// Reads either, whichever the text holds.
  ///
  /// - Throws: `DecodingError` or `BaselineError` for what is neither, or of a later version.
  package init(from text: String, name: String) throws {
    if let baseline = try Baseline.ifOne(in: text) {
      self.init(baseline, name: name)
    } else {
      self.init(try JSONReportWriter().report(from: text), name: name)
    }
  }

  /// Reads either, or says why it is left out.
  package static func read(_ text: String, name: String) -> Result<HistoryRun, History.LeftOut> {
    do {
      return .success(try HistoryRun(from: text, name: name))
    } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
      return .failure(.init(name: name, reason: "can't be read: \(context.debugDescription)"))
    } catch let error as BaselineError {
      return .failure(.init(name: name, reason: "can't be read: \(error)"))
    } catch {
      return .failure(.init(name: name, reason: "is no report or baseline of PGBenchKit, or is damaged"))
    }
  }

  /// What it is called in tables and beside marks: its commit, shortened, or else its file's name.
  package var label: String {
    if let commit, commit.utf8.count >= 7, commit.utf8.allSatisfy(Self.isHexDigit) {
      return String(commit.prefix(10))
    }
    let stem = name.hasSuffix(".json") ? String(name.dropLast(".json".count)) : name
    return stem.count > 40 ? stem.prefix(39) + "…" : stem
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
  }

  /// Seconds from the epoch until it started; nil where the file doesn't tell.
  var time: Double? { startedAt.flatMap(RunTime.seconds) }

  /// Whether the measured code was optimised; without, the comparison itself is wrong.
  var isOptimised: Bool {
    fingerprint.fields["build"] != ReportEnvironment.BuildMode.debug.rawValue
  }
}

extension VariantPair {
  /// Whether it is a variant at the head of a comparison of commits against one at its base.
  fileprivate var isOfCommits: Bool {
    [variant, reference].contains { CommitSide.parts(of: $0) != nil }
  }
}

/// The time in a report.
enum RunTime {
  /// Seconds from the epoch of a time as RFC 3339 writes it, such as `2024-03-01T12:00:00Z`; nil for
  /// anything else.
  ///
  /// Days are counted by Hinnant's "chrono-compatible low-level date algorithms", days_from_civil.
  static func seconds(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 64,
      let year = number(bytes, 0..<4, then: "-"), let month = number(bytes, 5..<7, then: "-"),
      let day = number(bytes, 8..<10, then: "T"), let hour = number(bytes, 11..<13, then: ":"),
      let minute = number(bytes, 14..<16, then: ":"), let second = number(bytes, 17..<19, then: nil),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61,
      let (fraction, offset) = end(bytes[19...])
    else { return nil }
    let yearFromMarch = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days =
      365 * yearFromMarch + Int((Double(yearFromMarch) / 4).rounded(.down))
      - Int((Double(yearFromMarch) / 100).rounded(.down))
      + Int((Double(yearFromMarch) / 400).rounded(.down)) + dayOfYear - 719_468
    return Double(((days * 24 + hour) * 60 + minute) * 60 + second - offset) + fraction
  }

  /// A number of decimal digits, and the character that follows it.
  private static func number(_ bytes: [UInt8], _ range: Range<Int>, then next: Character?) -> Int? {
    guard range.upperBound <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[range] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    guard let next else { return value }
    guard range.upperBound < bytes.count, bytes[range.upperBound] == next.asciiValue else { return nil }
    return value
  }

  /// The fraction of a second, and seconds ahead of UTC.
  private static func end(_ rest: ArraySlice<UInt8>) -> (fraction: Double, offset: Int)? {
    guard rest.first == UInt8(ascii: ".") else { return offset(rest).map { (0, $0) } }
    let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let fraction = digits.reversed().reduce(0.0) { ($0 + Double($1 - UInt8(ascii: "0"))) / 10 }
    return offset(rest.dropFirst(1 + digits.count)).map { (fraction, $0) }
  }

  private static func offset(_ rest: ArraySlice<UInt8>) -> Int? {
    if Array(rest) == [UInt8(ascii: "Z")] { return 0 }
    let sign = rest.first == UInt8(ascii: "+") ? 1 : rest.first == UInt8(ascii: "-") ? -1 : 0
    let bytes = Array(rest.dropFirst())
    guard sign != 0, bytes.count == 5, let hours = number(bytes, 0..<2, then: ":"),
      let minutes = number(bytes, 3..<5, then: nil), hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 60 + minutes) * 60
  }
}
