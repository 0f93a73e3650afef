import PGBenchHost
import PGMeasuring
import PGServer
import PGVerdicts
import Testing

/// What the traits of a test and its suites say, the nearest winning.
struct CaseSettings {
  var fixture = Fixture.empty
  var budget: Budget
  var warmUp = WarmUp.automatic
  var placement = Placement.automatic
  var roundTrip: RoundTrip?
  var gates: [Gate] = []
  var tolerance: Tolerance?
  var policy: GatePolicy?
  var metrics: [CustomMetric] = []

  /// - Parameter traits: The outermost suite's first, as Swift Testing has them.
  init(traits: [any Trait], profile: Profile) {
    budget = profile.budget
    for trait in traits {
      switch trait {
      case let trait as FixtureTrait: fixture = trait.fixture
      case let trait as BudgetTrait: budget = trait.budget
      case let trait as WarmUpTrait: warmUp = trait.warmUp
      case let trait as PlacementTrait: placement = trait.placement
      case let trait as RoundTripTrait: roundTrip = trait.roundTrip
      case let trait as MetricTrait:
        metrics.removeAll { $0.metric == trait.custom.metric }
        metrics.append(trait.custom)
      case let trait as GateTrait:
        gates.removeAll { $0.isSame(as: trait.gate) }
        gates.append(trait.gate)
      case let trait as ToleranceTrait: tolerance = trait.tolerance
      case let trait as GatePolicyTrait: policy = trait.policy
      default: break
      }
    }
  }
}
