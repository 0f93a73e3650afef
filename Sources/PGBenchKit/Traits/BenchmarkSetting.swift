import PGBenchHost
import PGMeasuring
import PGServer
import PGVerdicts
public import Testing

/// A trait that changes one of a benchmark's settings, and passes from a suite to all that is in it.
///
/// Of two that say something about the same, the nearest to the test wins.
public struct BenchmarkSetting: SuiteTrait, TestTrait {
  let apply: @Sendable (inout CaseSettings) -> Void

  /// Makes a setting of what it changes.
  init(_ apply: @escaping @Sendable (inout CaseSettings) -> Void) { self.apply = apply }

  /// True: a suite's setting is that of its tests.
  public var isRecursive: Bool { true }
}

/// What the traits of a test and its suites say, the nearest winning.
struct CaseSettings {
  var fixture = Fixture.empty
  var budget: Budget
  var warmUp = WarmUp.automatic
  var placement = Placement.automatic
  var roundTrip: RoundTrip?
  private(set) var gates: [Gate] = []
  var tolerance: Tolerance?
  var policy: GatePolicy?
  private(set) var metrics: [CustomMetric] = []

  /// - Parameter traits: The outermost suite's first, as Swift Testing has them.
  init(traits: [any Trait], profile: Profile) {
    budget = profile.budget
    for case let setting as BenchmarkSetting in traits { setting.apply(&self) }
  }

  /// Adds a gate, in place of one about the same.
  mutating func add(_ gate: Gate) {
    gates.removeAll { $0.isSame(as: gate) }
    gates.append(gate)
  }

  /// Adds a metric, in place of one of the same name and unit.
  mutating func add(_ metric: CustomMetric) {
    metrics.removeAll { $0.metric == metric.metric }
    metrics.append(metric)
  }
}
