import PGMeasuring
import PGStatistics
import PGVerdicts

extension CaseReport {
  /// Operations per second with a 95 % interval between sessions, if one can be made.
  ///
  /// From the rounds, where the report has them: the standard error of the logarithms of the sessions' paces.
  /// Otherwise from the variant's comparison with itself, half of the sessions against the other half, whose
  /// standard error is twice that of all of them.
  func rate(of variant: Variant) -> (value: Double, low: Double?, high: Double?)? {
    guard let rate = self[variant]?.operationsPerSecond, rate.isFinite, rate > 0 else { return nil }
    guard let margin = logMarginFromRounds(variant) ?? logMarginFromHalves(variant), margin.isFinite else {
      return (rate, nil, nil)
    }
    let factor = Elementary.ratio(ofLog: margin.magnitude)
    return (rate, rate / factor, rate * factor)
  }

  private func logMarginFromRounds(_ variant: Variant) -> Double? {
    let blocks = rounds.first { $0.variant == variant }?.blocks ?? []
    let paces = blocks.sessions.compactMap { session -> Double? in
      let operations = session.reduce(0.0) { $0 + Double($1.operations) }
      let elapsed = session.reduce(0.0) { $0 + Double($1.elapsed) }
      return operations > 0 && elapsed > 0 ? Elementary.log(operations / elapsed) : nil
    }
    return (try? SessionEstimate(of: paces))?.margin(errorRate: 0.025)
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

  /// The blocks of a variant in rounds that were taken again.
  ///
  /// What isn't compared are these and the first operations of compared blocks, which are fewer than those
  /// that are compared.
  func retaken(of variant: Variant) -> [Block] {
    guard let least = rounds.first(where: { $0.variant == variant })?.operations.min(), least > 0 else {
      return []
    }
    let others = uncompared?.first { $0.variant == variant }?.blocks ?? []
    return others.filter { $0.operations >= least }
  }
}

/// How the variants of a suite look: those of two commits, such as `sync@base` and `sync@head`, by pairs.
struct VariantLooks {
  /// Whether base and head of a variant are among them.
  let areOfCommits: Bool
  private let names: [String]

  init(_ variants: some Sequence<Variant>) {
    let variants = Array(variants).uniqued
    areOfCommits = !variants.isEmpty && variants.allSatisfy { Self.side(of: $0) != nil }
    names = (areOfCommits ? variants.map(Self.bare) : variants.map(\.name)).uniqued
  }

  /// A variant's look.
  subscript(variant: Variant) -> ChartStyle.Look {
    ChartStyle.Look(index(of: variant), isBase: areOfCommits && Self.side(of: variant) == .base)
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

  private static func side(of variant: Variant) -> CommitSide? {
    CommitSide.allCases.first { variant.name.hasSuffix("@\($0.rawValue)") }
  }

  private static func bare(_ variant: Variant) -> String {
    guard let side = side(of: variant) else { return variant.name }
    return String(variant.name.dropLast(side.rawValue.count + 1))
  }
}
