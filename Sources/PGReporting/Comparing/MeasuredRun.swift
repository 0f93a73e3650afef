import PGMeasuring
import PGStatistics
public import PGVerdicts

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
    let failed = report.failures?.count ?? 0
    warnings =
      (report.incomplete.map { ["the run is incomplete: \($0)"] } ?? [])
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
  package func text() -> String {
    var table = TextTable(columns: [.text("case"), .text("variant"), .number("time"), .number("±")])
    let names = CaseNames(cases.map(\.identity))
    for entry in cases {
      for variant in entry.variants {
        guard let time = variant.figures.first(where: { $0.name == Quantity.time.description }) else {
          continue
        }
        table.rows.append([
          names.full(entry.identity), variant.variant.name, Format.metric(time.value, .nanoseconds),
          Format.percent(time.relativeError),
        ])
      }
    }
    return table.plain + "\n"
  }
}
