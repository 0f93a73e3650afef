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
      guard let margin = logMarginFromRounds(name) ?? logMarginFromHalves(name), margin.isFinite else {
        return (name, Rate(value: rate, low: nil, high: nil))
      }
      let factor = Elementary.ratio(ofLog: margin.magnitude)
      return (name, Rate(value: rate, low: rate / factor, high: rate * factor))
    }
    return Dictionary(rates, uniquingKeysWith: { first, _ in first })
  }

  private func logMarginFromRounds(_ variant: Variant) -> Double? {
    guard let series = rounds.first(where: { $0.variant == variant }) else { return nil }
    // Column by column, as there may be very many blocks.
    let count = min(series.session.count, series.operations.count, series.elapsed.count)
    var paces: [Double] = []
    var (operations, elapsed) = (0.0, 0.0)
    for index in 0..<count {
      operations += Double(series.operations[index])
      elapsed += Double(series.elapsed[index])
      guard index + 1 == count || series.session[index + 1] != series.session[index] else { continue }
      if operations > 0, elapsed > 0 { paces.append(Elementary.log(operations / elapsed)) }
      (operations, elapsed) = (0, 0)
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
