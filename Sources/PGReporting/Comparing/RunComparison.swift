package import PGMeasuring
package import PGStatistics
package import PGVerdicts

/// Two finished runs, case by case and variant by variant: how the times have changed.
package struct RunComparison: Sendable, Hashable {
  /// A variant of a case in both runs, or in one.
  package struct Row: Sendable, Hashable {
    /// Which case.
    package let identity: CaseIdentity
    /// Which variant of it.
    package let variant: Variant
    /// Its time in the first run, in nanoseconds; nil where it isn't there.
    package let old: Double?
    /// Its time in the second run.
    package let new: Double?
    /// New ÷ old with its 95 % interval; nil where one of them is missing.
    package let ratio: RatioEstimate?
    /// In which of the runs the variant is, with a time or without.
    package let place: Place

    /// In which of two runs something is.
    package enum Place: Sendable, Hashable {
      /// In the first alone.
      case old
      /// In the second alone.
      case new
      /// In both.
      case both
    }
  }

  /// The fields in which what they were measured on differs, in words; if there are any, the times don't
  /// compare.
  package let differences: [String]

  /// Why cases may be missing from the first run, or the second, each in a sentence.
  package let warnings: [String]

  /// The rows: the first run's cases in their order, then those that are new.
  package let rows: [Row]

  /// Compares two runs.
  ///
  /// The intervals are of the two measurements; how one hour of a machine differs from another is not in
  /// them.
  package init(_ old: MeasuredRun, _ new: MeasuredRun) {
    differences = old.fingerprint.differences(from: new.fingerprint)
    warnings = old.warnings.map { "of the old run: \($0)" } + new.warnings.map { "of the new run: \($0)" }
    // A file may hold very many.
    let olds = Dictionary(old.cases.map { ($0.identity, $0) }) { first, _ in first }
    let news = Dictionary(new.cases.map { ($0.identity, $0) }) { first, _ in first }
    rows = (old.cases + new.cases.filter { olds[$0.identity] == nil }).flatMap { entry in
      let before = olds[entry.identity]
      let after = news[entry.identity]
      var variants = before?.variants.map(\.variant) ?? []
      for variant in after?.variants.map(\.variant) ?? [] where !variants.contains(variant) {
        variants.append(variant)
      }
      return variants.map { variant in
        Row(entry.identity, variant, before, after)
      }
    }
  }
}

extension RunComparison.Row {
  fileprivate init(
    _ identity: CaseIdentity, _ variant: Variant, _ before: BaselineCase?, _ after: BaselineCase?
  ) {
    let (old, new) = (
      before?.figure(of: .time, variant: variant), after?.figure(of: .time, variant: variant)
    )
    let isIn = [before, after].map { $0?.variants.contains { $0.variant == variant } ?? false }
    place = isIn == [true, true] ? .both : isIn[0] ? .old : .new
    self.identity = identity
    self.variant = variant
    self.old = old?.value
    self.new = new?.value
    ratio = old.flatMap { old in new.map { $0.ratio(to: old) } }
  }
}

extension BaselineFigure {
  /// This figure ÷ another that was measured apart.
  fileprivate func ratio(to other: BaselineFigure) -> RatioEstimate {
    logRatio.minus(other.logRatio).ratio(rounds: 0)
  }
}

extension RunComparison {
  /// What it says: a table in the spirit of benchstat's, of old and new time.
  ///
  /// Two runs are of two hours, as far as is known, and hours differ by tens of per cent: so nothing is
  /// called faster or slower, unless the caller says that one run followed right after the other. Then each
  /// change has its interval, and reads `~` where that spans 0, as benchstat writes it.
  ///
  /// - Parameter isSameHour: Whether the runs followed right after each other.
  package func document(isSameHour: Bool = false) -> ReportDocument {
    var table = ReportDocument.Table(
      columns: [.text("case"), .text("variant"), .number("old"), .number("new")]
        + (isSameHour
          ? [.number("change of the time, new − old"), .number("95 % interval")] : [.number("new ÷ old")]))
    let names = CaseNames(rows.map(\.identity))
    for row in rows {
      let times = [row.old, row.new].map { $0.map { Format.metric($0, .nanoseconds) } ?? "–" }
      let change = isSameHour ? Self.change(row) : [Self.quotient(row)]
      table.rows.append(.init([names.full(row.identity), row.variant.name] + times + change))
    }
    let different =
      differences.isEmpty
      ? []
      : [
        "measured on different things, so that the times don't compare: "
          + differences.joined(separator: "; ")
      ]
    return ReportDocument(
      (different + warnings).map { .init(.note(.warning, $0)) }
        + [
          .init(.table(table)),
          .init(.paragraph(isSameHour ? Self.sameHourNote : Self.otherHourNote)),
        ])
  }

  /// What it says, for a terminal.
  package func text(isSameHour: Bool = false) -> String {
    TerminalRenderer(width: .max).text(document(isSameHour: isSameHour))
  }

  private static let otherHourNote = """
    Times are of the typical run of the body. Nothing is called faster or slower here: times of two hours of \
    one machine differ by tens of per cent with the same code. `pgbench-kit gate` measures two commits in \
    the same rounds. Of two runs right after each other, --same-hour shows the changes with their intervals.
    """

  private static let sameHourNote = """
    Times are of the typical run of the body. ~: the interval spans 0. The intervals are of the two \
    measurements; what changed between them, such as the machine's other work, is not in them.
    """

  private static func quotient(_ row: Row) -> String {
    row.ratio.map { Format.decimals($0.ratio, like: 0.1) } ?? withoutRatio(row)
  }

  private static func withoutRatio(_ row: Row) -> String {
    switch row.place {
    case .old: "removed"
    case .new: "new"
    case .both: "too few rounds"
    }
  }

  private static func change(_ row: Row) -> [String] {
    guard let ratio = row.ratio else { return [withoutRatio(row), ""] }
    let interval =
      "\(Format.signedPercent(ratio.low - 1)) to \(Format.signedPercent(ratio.high - 1))"
    return [ratio.finding == .noDifferenceShown ? "~" : Format.signedPercent(ratio.ratio - 1), interval]
  }
}

/// The figures of a finished run, from a report or from a baseline: what two runs are compared by.
package struct MeasuredRun: Sendable, Hashable {
  /// What it was measured on.
  package let fingerprint: Fingerprint
  /// The cases with their variants' figures.
  package let cases: [BaselineCase]
  /// Why cases may be missing from it, each in a sentence.
  package let warnings: [String]

  /// A stored baseline.
  package init(_ baseline: Baseline) {
    fingerprint = baseline.fingerprint
    cases = baseline.cases
    warnings = []
  }

  /// A report.
  ///
  /// Times come from its round data, without the winsorising that needs every single latency; percentiles and
  /// metrics are what it says, without an interval where it has none.
  package init(_ report: BenchmarkReport) {
    fingerprint = Fingerprint(of: report.environment)
    cases = report.cases.map(BaselineCase.init)
    warnings = Self.warnings(of: report)
  }

  /// Why cases may be missing from a report, each in a sentence.
  static func warnings(of report: BenchmarkReport) -> [String] {
    let failed = report.failures?.count ?? 0
    return (report.incomplete.map { ["the run is incomplete: \($0)"] } ?? [])
      + (failed > 0 ? ["\(Format.amount(failed, "test")) of the run failed"] : [])
  }

  /// Reads either, whichever the text holds.
  ///
  /// - Throws: `DecodingError` for what is neither, or of a later version.
  package init(from text: String) throws {
    if let baseline = try Baseline.ifOne(in: text) {
      self.init(baseline)
    } else {
      self.init(try JSONReportWriter().report(from: text))
    }
  }
}

extension BaselineCase {
  /// The figures of a case in a report.
  fileprivate init(_ report: CaseReport) {
    var variants: [BaselineVariant] = []
    for summary in report.variants {
      let blocks = report.rounds.first { $0.variant == summary.variant }?.blocks ?? []
      variants.append(
        BaselineVariant(
          variant: summary.variant, figures: Self.times(of: summary.variant, blocks) + Self.exact(summary),
          timeRatios: []))
    }
    self.init(report.identity, variants: variants)
  }

  /// The time, if there are rounds enough.
  private static func times(of variant: Variant, _ blocks: [Block]) -> [BaselineFigure] {
    let series = SampleSet.Series(variant: variant, blocks: blocks)
    do throws(GateRefusal) {
      return [try figure(.time, in: series, comparable: blocks)]
    } catch {
      return []
    }
  }

  /// What the report says without an interval.
  private static func exact(_ summary: VariantSummary) -> [BaselineFigure] {
    var figures: [BaselineFigure] = []
    for percentile in summary.latency.supported {
      let nanoseconds = summary.latency[percentile].wholeNanoseconds
      figures.append(.exact(percentile.label, Double(nanoseconds)))
    }
    for metric in summary.metrics {
      guard case .value(let value) = metric.outcome else { continue }
      figures.append(.exact(metric.metric.name, value))
    }
    return figures
  }
}

extension BaselineFigure {
  fileprivate static func exact(_ name: String, _ value: Double) -> BaselineFigure {
    BaselineFigure(name: name, value: value, relativeError: 0, degreesOfFreedom: 1)
  }
}

extension MeasuredRun {
  /// The times of all variants of all cases as a table.
  package var document: ReportDocument {
    var table = ReportDocument.Table(columns: [
      .text("case"), .text("variant"), .number("time"), .number("± (95 %)"),
    ])
    let names = CaseNames(cases.map(\.identity))
    for entry in cases {
      for variant in entry.variants {
        guard let time = variant.figures.first(where: { $0.name == Quantity.time.description }) else {
          continue
        }
        table.rows.append(
          .init([
            names.full(entry.identity), variant.variant.name, Format.metric(time.value, .nanoseconds),
            Format.percent(
              time.relativeError
                * StudentT.twoSidedQuantile(confidence: 0.95, degreesOfFreedom: time.degreesOfFreedom)),
          ]))
      }
    }
    return ReportDocument([.init(.table(table))])
  }

  /// The same, for a terminal.
  package func text() -> String { TerminalRenderer(width: .max).text(document) }
}
