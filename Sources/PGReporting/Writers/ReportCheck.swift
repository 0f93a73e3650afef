import PGMeasuring
import PGStatistics

/// What a report that was edited or put together may hold and none of the kit's does: two figures of one
/// thing, of which nobody knows which counts, and numbers that no measurement gives.
enum ReportCheck {
  /// What is wrong with a report, in a sentence that says what to do; nil if nothing was found.
  static func fault(of report: BenchmarkReport) -> String? {
    if let twice = report.cases.map(\.identity).firstDuplicate {
      return "The report holds the case \"\(twice)\" more than once, so that which figures count is unknown: "
        + "remove all but one."
    }
    for one in report.cases {
      let known = Set(one.variants.map(\.variant))
      guard known.count == one.variants.count else {
        return
          "The report holds a variant of the case \"\(one.identity)\" more than once: remove all but one."
      }
      if let fault = comparisons(of: one, known) ?? numbers(of: one) ?? rounds(of: one, known) {
        return fault
      }
    }
    return nil
  }

  private static func comparisons(of one: CaseReport, _ known: Set<Variant>) -> String? {
    var seen: Set<Set<Variant>> = []
    for comparison in one.comparisons {
      let (pair, estimate) = (comparison.pair, comparison.estimate)
      let name = "the comparison of \(pair.variant) with \(pair.reference) in the case \"\(one.identity)\""
      let both: Set = [pair.variant, pair.reference]
      guard both.count == 2, both.isSubset(of: known) else {
        return "The report holds \(name), which are no two variants of it: remove it."
      }
      guard seen.insert(both).inserted else {
        return "The report holds \(name) more than once, or either way round: remove all but one."
      }
      guard estimate.ratio >= 0, estimate.low <= estimate.high, estimate.confidence > 0,
        estimate.confidence < 1
      else {
        return "In \(name), the interval or its confidence is none: measure again."
      }
    }
    return nil
  }

  private static func numbers(of one: CaseReport) -> String? {
    func isNegative(_ summary: VariantSummary) -> Bool {
      let latency = summary.latency
      return summary.operationsPerSecond < 0 || latency.count < 0 || latency.min < .zero
        || latency.max < latency.min || latency.supported.contains { latency[$0] < .zero }
    }
    guard one.operations >= 0, one.operationsCounted > 0, one.clients > 0 else {
      return "The case \"\(one.identity)\" has a number of operations or of clients that none can have: "
        + "measure again."
    }
    if let problem = one.rate?.problem() {
      return "The case \"\(one.identity)\" has a rate that none can have, \(problem): measure again."
    }
    if let problem = one.goal?.problem {
      return "The case \"\(one.identity)\" asks for a latency of \(problem): measure again."
    }
    return one.variants.first(where: isNegative).map {
      "In the case \"\(one.identity)\", a rate or a latency of \($0.variant) is negative: measure again."
    }
  }

  private static func rounds(of one: CaseReport, _ known: Set<Variant>) -> String? {
    for series in one.rounds + (one.uncompared ?? []) {
      let columns = [series.session, series.round, series.operations, series.elapsed].map(\.count)
      guard Set(columns).count == 1, known.contains(series.variant) else {
        return "In the case \"\(one.identity)\", the rounds of \(series.variant) have columns of different "
          + "lengths, or it has no such variant: measure again."
      }
    }
    return nil
  }
}
