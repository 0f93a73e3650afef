import PGMeasuring

/// How much of the sweeps a run measures, and for how long: PGBENCH_PROFILE.
public enum Profile: String, Sendable, Hashable, CaseIterable {
  /// Every test at its smallest count, for a fraction of a second: does everything still run?
  case smoke
  /// Counts up to 1,000, 3 s a case: the default.
  case quick
  /// All counts.
  case full
  /// One count of each sweep, the greatest up to 1,000, until its gates are decided, for at most 4 s: for
  /// pull requests.
  ///
  /// What the others add is what a connection costs, which no gate is about.
  case gate

  /// The profile of this run, for what a test does in some only: `.disabled(if: Profile.current == .gate)`.
  ///
  /// The default where PGBENCH_PROFILE is no profile, which the first benchmark says.
  public static var current: Profile { (try? BenchmarkRun.shared.settings.get())?.profile ?? .quick }

  /// How long a case is measured unless it asks for something else.
  public var budget: Budget {
    switch self {
    case .smoke: .time(.milliseconds(300))
    case .quick: .time(.seconds(3))
    case .full: .time(.seconds(4))
    case .gate: .untilDecided(atMost: .seconds(4))
    }
  }

  /// The counts of a sweep that this profile keeps, at least one; and those below 1, whose cases fail and say
  /// why.
  public func counts(of sweep: [Int]) -> [Int] {
    let all = Set(sweep).sorted()
    return all.filter { $0 < 1 } + counts(ofPossible: all.filter { $0 >= 1 })
  }

  private func counts(ofPossible ascending: [Int]) -> [Int] {
    guard let smallest = ascending.first else { return [] }
    switch self {
    case .full: return ascending
    case .quick:
      let kept = ascending.filter { $0 <= 1000 }
      return kept.isEmpty ? [1000] : kept
    case .gate: return [ascending.last { $0 <= 1000 } ?? 1000]
    case .smoke: return [min(smallest, 10)]
    }
  }
}
