/// One of the series of samples that a duel takes of a case: a variant of one side.
public struct DuelSeries: Sendable, Hashable {
  /// Which side runs it.
  public let side: DuelSide
  /// The variant's name on its side.
  public let variant: Variant
  /// Its place in that side's list.
  public let index: Int

  /// Its name in the duel's samples, such as `async@head`.
  public var name: Variant { side.variant(variant) }
}

extension DuelRoster.Entry {
  /// The series of the case: variant by variant, the base's before the head's.
  public var series: [DuelSeries] {
    let named = sides.flatMap { side in
      (self[side]?.variants ?? []).enumerated().map {
        DuelSeries(side: side, variant: $1, index: $0)
      }
    }
    var seen: Set<Variant> = []
    return named.map(\.variant).filter { seen.insert($0).inserted }
      .flatMap { variant in named.filter { $0.variant == variant } }
  }

  /// The variants that both sides have, which alone can be compared.
  public var commonVariants: [Variant] {
    (head?.variants ?? []).filter { base?.variants.contains($0) ?? false }
  }

  /// How the case is sampled: until its gates are decided, with the usual share of time for each pair of series.
  ///
  /// - Parameter budget: How long a case with two series is measured at most, unless the test asks for longer.
  public func plan(budget: Duration, seed: Seed) -> SamplingPlan {
    let asked: Duration =
      switch described.budget {
      case .time(let time), .untilDecided(let time), .untilHalfWidth(_, let time): time
      case .rounds, nil: budget
      }
    return SamplingPlan(
      operations: described.identity.operations, clients: described.clients,
      budget: .untilDecided(atMost: max(asked, budget) * (max(2, series.count) / 2)),
      warmUp: described.warmUp, seed: seed.derived(identity.description))
  }
}
