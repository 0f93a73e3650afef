import PGMeasuring
import PGStatistics

/// What a run has found, in sentences made from verdicts and intervals alone.
///
/// A difference is told where it holds for all comparisons of the report together (`ShownDifferences`). How
/// large it is at least is the end of its interval that is nearer to "equal": the estimate itself is told by
/// the table, beside its interval.
enum Findings {
  /// Where each variant is ahead, and where nothing could be shown: the sentences of all suites.
  static func differences(_ report: BenchmarkReport) -> [String] {
    // What an unoptimised build measures means nothing.
    guard report.environment.buildMode != .debug else { return [] }
    let shown = ShownDifferences(in: report)
    return report.suites.flatMap { suite -> [String] in
      let cases = report.cases(of: suite)
      let names = CaseNames(cases.map(\.identity))
      let pairs = cases.flatMap { $0.comparisons.map(\.pair) }.uniqued
      return pairs.flatMap { pair -> [String] in
        let compared = cases.compactMap { one in
          one.comparisons.first { $0.pair == pair }.map { comparison in
            Compared(
              name: "\(names.title(one.identity)) at \(Format.count(one.operations))",
              estimate: comparison.estimate, finding: shown.finding(of: comparison, in: one),
              smallest: one.selfCheck.smallestDifference(of: pair))
          }
        }
        return sentences(of: pair, compared).map { "\(suite): \($0)" }
      }
    }
  }

  /// A comparison of one case.
  private struct Compared {
    let name: String
    let estimate: RatioEstimate
    let finding: RatioEstimate.Finding
    /// The smallest difference that it would have shown.
    let smallest: Double?
  }

  private static func sentences(of pair: VariantPair, _ compared: [Compared]) -> [String] {
    let parts: [(RatioEstimate.Finding, String, String, (RatioEstimate) -> Double)] = [
      (.faster, "less", "at most", { $0.high }), (.slower, "more", "at least", { $0.low }),
    ]
    var sentences = parts.compactMap { finding, word, bound, nearEnd -> String? in
      let found = compared.filter { $0.finding == finding }
      // The nearest to "equal" is what holds for each of them; the farthest is likely to be so by chance.
      let least = found.min { abs(nearEnd($0.estimate) - 1) < abs(nearEnd($1.estimate) - 1) }
      guard let least else { return nil }
      func times(_ one: Compared) -> String {
        "\(bound) \(Format.bound(nearEnd(one.estimate), like: one.estimate.high - one.estimate.low)) times"
      }
      let subject = "an operation of \(pair.variant) takes \(word) time than one of \(pair.reference)"
      let cases = share(found.count, of: compared.count)
      if found.count == 1 { return "\(subject) in \(cases), \(times(least)) as much: \(least.name)." }
      return "\(subject) in \(cases), \(times(least)) as much in each."
    }
    let nothing = compared.filter { $0.finding == .noDifferenceShown }
    if !nothing.isEmpty {
      let sensitivity = nothing.compactMap(\.smallest).max().map {
        "; a single interval would have shown one of \(Format.percent($0)) in nine of ten such runs"
      }
      let areNamed = nothing.count <= 3 && nothing.count < compared.count
      sentences.append(
        "no difference between \(pair.variant) and \(pair.reference) could be shown in "
          + share(nothing.count, of: compared.count)
          + "\(areNamed ? " (\(Answer.list(nothing.map(\.name))))" : "")\(sensitivity ?? "").")
    }
    return sentences
  }

  private static func share(_ some: Int, of all: Int) -> String {
    if all == 1 { return "its only case" }
    if some == all { return all == 2 ? "both cases" : "all \(Format.count(all)) cases" }
    return "\(Format.count(some)) of \(Format.count(all)) cases"
  }

  /// What a connection and an operation cost with each variant: a sentence for each test with a sweep.
  static func costs(_ report: BenchmarkReport) -> [String] {
    guard report.environment.buildMode != .debug, let sweeps = report.sweeps else { return [] }
    let names = CaseNames(sweeps.map { $0.identity(operations: 0) })
    let own = Dictionary(grouping: sweeps) { $0.identity(operations: 0) }
    return sweeps.map { $0.identity(operations: 0) }.uniqued.map { identity in
      let own = own[identity] ?? []
      let connections = own.map { "\(interval($0.cost.fixed)) with \($0.variant)" }
      let operations = own.map { "\(interval($0.cost.perOperation)) with \($0.variant)" }
      return "\(identity.suite) / \(names.title(identity)): a connection costs \(Answer.list(connections)), "
        + "an operation \(Answer.list(operations))."
    }
  }

  /// What a cost is by its interval; one that holds zero has only an upper end.
  private static func interval(_ cost: SweepCost.Estimate) -> String {
    let high = Format.metric(cost.high, .nanoseconds)
    return cost.low > 0 ? "\(Format.metric(cost.low, .nanoseconds)) to \(high)" : "at most \(high)"
  }
}

extension SelfCheck {
  /// The smallest difference that a comparison would have shown.
  fileprivate func smallestDifference(of pair: VariantPair) -> Double? {
    let own = sensitivities.first { $0.variant == pair.variant && $0.reference == pair.reference }
    return own?.smallestDetectableChange
  }
}
