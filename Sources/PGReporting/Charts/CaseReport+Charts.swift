import PGMeasuring
import PGStatistics
import PGVerdicts

extension CaseReport {
  /// Operations per second, with both ends of an interval if one can be made.
  struct Rate {
    let value: Double
    let low: Double?
    let high: Double?
  }

  /// Each variant's operations per second with a 95 % interval between sessions, if one can be made.
  ///
  /// From the rounds, where the report has them: the standard error of the logarithms of the sessions' paces.
  /// Otherwise from the variant's comparison with itself, half of the sessions against the other half, whose
  /// standard error is twice that of all of them.
  var rates: [Variant: Rate] {
    let rates = variants.compactMap { variant -> (Variant, Rate)? in
      let (name, rate) = (variant.variant, variant.operationsPerSecond)
      guard rate.isFinite, rate > 0 else { return nil }
      guard let margin = logMargin(of: name), margin.isFinite else {
        return (name, Rate(value: rate, low: nil, high: nil))
      }
      let factor = Elementary.ratio(ofLog: margin.magnitude)
      return (name, Rate(value: rate, low: rate / factor, high: rate * factor))
    }
    return Dictionary(rates, uniquingKeysWith: { first, _ in first })
  }

  /// None where operations come as often as the rate says.
  private func logMargin(of variant: Variant) -> Double? {
    rate == nil ? logMarginFromRounds(variant) ?? logMarginFromHalves(variant) : nil
  }

  private func logMarginFromRounds(_ variant: Variant) -> Double? {
    guard let series = rounds.first(where: { $0.variant == variant }) else { return nil }
    return (try? SessionEstimate(of: series.columns.logPaces))?.margin(errorRate: 0.025)
  }

  private func logMarginFromHalves(_ variant: Variant) -> Double? {
    guard let halves = selfCheck.selfComparisons.first(where: { $0.variant == variant })?.ratio,
      halves.low > 0, halves.high.isFinite, halves.low <= halves.high
    else { return nil }
    return Elementary.log(halves.high / halves.low) / 4
  }

  /// The greatest ratio of times that a gate of the case allows a pair; nil without one.
  func bound(of pair: VariantPair) -> Double? {
    let figures = gates.compactMap(\.figures).first { figures in
      figures.variant == pair.variant && figures.reference == pair.reference.name && figures.isRatio
        && figures.quantity == Quantity.time.description
    }
    guard let bound = figures?.bound, bound.isFinite, bound > 0 else { return nil }
    return bound
  }

  /// The blocks of a variant in rounds that were taken again, as many as are drawn.
  ///
  /// What isn't compared are these and the first operations of compared blocks, which are fewer than those
  /// that are compared.
  func retaken(of variant: Variant) -> [Block] {
    guard let least = rounds.first(where: { $0.variant == variant })?.columns.leastOperations, least > 0
    else { return [] }
    return uncompared?.first { $0.variant == variant }?.columns
      .blocks(ofAtLeast: least, atMost: RoundsChart.greatestMarks) ?? []
  }
}

extension RoundSeries {
  /// The columns, for what is asked of very many blocks.
  var columns: RoundColumns {
    RoundColumns(session: session, round: round, operations: operations, elapsed: elapsed)
  }
}

/// How the variants of a suite look: those of two commits, such as `sync@base` and `sync@head`, by pairs.
struct VariantLooks {
  /// Whether base and head of a variant are among them.
  let areOfCommits: Bool
  private let names: [String]

  init(_ variants: some Sequence<Variant>) {
    let variants = Array(variants).uniqued
    areOfCommits = !variants.isEmpty && variants.allSatisfy { CommitSide.parts(of: $0) != nil }
    names = (areOfCommits ? variants.map(Self.bare) : variants.map(\.name)).uniqued
  }

  /// A variant's look.
  subscript(variant: Variant) -> ChartStyle.Look {
    ChartStyle.Look(index(of: variant), isBase: areOfCommits && CommitSide.parts(of: variant)?.side == .base)
  }

  /// The look of a variant that stands for both sides.
  func side(_ variant: Variant) -> ChartStyle.Look { ChartStyle.Look(index(of: variant)) }

  /// The name without the side, where there are two.
  func shortName(_ variant: Variant) -> String { areOfCommits ? Self.bare(variant) : variant.name }

  /// Whether a pair is a variant of the head and the same at the base.
  func isOfSides(_ pair: VariantPair) -> Bool {
    areOfCommits && shortName(pair.variant) == shortName(pair.reference)
  }

  private func index(of variant: Variant) -> Int {
    names.firstIndex(of: shortName(variant)) ?? 0
  }

  private static func bare(_ variant: Variant) -> String {
    CommitSide.parts(of: variant)?.name ?? variant.name
  }
}
