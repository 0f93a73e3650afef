import PGBenchHost
public import PGMeasuring
public import Testing

/// Chooses how long a case is measured.
public struct BudgetTrait: BenchmarkSettingTrait {
  let budget: Budget
}

/// Chooses what is run before a case is measured.
public struct WarmUpTrait: BenchmarkSettingTrait {
  let warmUp: WarmUp
}

/// Chooses on which CPUs a case runs.
public struct PlacementTrait: BenchmarkSettingTrait {
  let placement: Placement
}

extension Trait where Self == BudgetTrait {
  /// How long a case is measured; the profile's choice unless it is given.
  public static func budget(_ budget: Budget) -> BudgetTrait { BudgetTrait(budget: budget) }
}

extension Trait where Self == WarmUpTrait {
  /// What is run before a case is measured; `automatic` unless it is given.
  public static func warmup(_ warmUp: WarmUp) -> WarmUpTrait { WarmUpTrait(warmUp: warmUp) }
}

extension Trait where Self == PlacementTrait {
  /// On which CPUs a case runs; `automatic` unless it is given.
  public static func placement(_ placement: Placement) -> PlacementTrait {
    PlacementTrait(placement: placement)
  }
}
