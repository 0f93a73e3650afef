import PGServer
public import Testing

/// Chooses what is in the databases that a benchmark is given.
public struct FixtureTrait: BenchmarkSettingTrait {
  let fixture: Fixture
}

extension Trait where Self == FixtureTrait {
  /// Every variant of every case works in a database of its own, cloned from a template that holds the
  /// fixture.
  public static func postgres(_ fixture: Fixture) -> FixtureTrait { FixtureTrait(fixture: fixture) }
}
