import PGBenchHost
public import PGMeasuring
public import PGServer
public import PGStatistics
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
  var rate: ArrivalRate?
  var goal: RateGoal?
  private(set) var gates: [Gate] = []
  var tolerance: Tolerance?
  /// What is said of the questions that a comparison asks, the nearest to the test last.
  private(set) var questions: [QuestionChange] = []
  var policy: GatePolicy?
  var patience: Duration?
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

  /// Says something of a question, in place of what was said of it.
  mutating func add(_ change: QuestionChange) {
    questions.removeAll { $0.quantity == change.quantity }
    questions.append(change)
  }

  /// Adds a metric, in place of one of the same name and unit.
  mutating func add(_ metric: CustomMetric) {
    metrics.removeAll { $0.metric == metric.metric }
    metrics.append(metric)
  }
}

// How a case is measured, and on what.
extension Trait where Self == BenchmarkSetting {
  /// Every variant of every case works in a database of its own, cloned from a template that holds the
  /// fixture.
  public static func postgres(_ fixture: Fixture) -> Self { Self { $0.fixture = fixture } }

  /// How long a case is measured; the profile's choice unless it is given.
  public static func budget(_ budget: Budget) -> Self { Self { $0.budget = budget } }

  /// What is run before a case is measured; `automatic` unless it is given.
  public static func warmup(_ warmUp: WarmUp) -> Self { Self { $0.warmUp = warmUp } }

  /// How long a block or a connection may take before the case is given up; PGBENCH_PATIENCE, or 120 s,
  /// unless it is given.
  ///
  /// From 0.1 s to a day, or the case fails with a `BenchmarkError`.
  public static func patience(_ patience: Duration) -> Self { Self { $0.patience = patience } }

  /// On which CPUs a case runs; `automatic` unless it is given.
  public static func placement(_ placement: Placement) -> Self { Self { $0.placement = placement } }

  /// The measured connections go through a proxy that adds so much to the way to the server and back; none
  /// unless it is given.
  ///
  /// It delays every byte by half of that in each direction, for all variants alike, and doesn't limit the
  /// bandwidth. More than 0 and at most 10 s, or the case fails with a `BenchmarkError`; so it does if the
  /// server isn't on a Unix socket.
  public static func roundTrip(_ duration: Duration) -> Self {
    Self { $0.roundTrip = RoundTrip(duration: duration) }
  }

  /// Operations are due at a rate, whether or not those before them have ended, and their latencies count from
  /// when they are due: an open loop (`ArrivalRate`).
  ///
  /// Without it, a client begins an operation when its last one has ended. The clients take turns, each with
  /// one operation at a time. Blocks take a tenth of a second, or up to a second for a hundred operations of
  /// each client, and each session has at least two of them for each variant, whatever the budget.
  ///
  /// Comparisons and gates are of latencies. The report has the metrics `startLag`, `missedStarts`,
  /// `scheduleError` and `impreciseStarts` besides, and nothing of what a client waits by: CPU time,
  /// instructions, context switches. A case fails with a `BenchmarkError` if a variant can't hold the rate.
  /// Between two commits both sides come at the head's rate; a gate is refused where its reference can't hold
  /// it.
  ///
  /// - Parameter perSecond: Runs of the body in a second, of all clients together, from 1 to 1,000,000.
  /// - Parameter arrivals: Whether they come at equal distances or at random.
  public static func rate(perSecond: Double, arrivals: ArrivalRate.Arrivals = .constant) -> Self {
    Self { settings in
      settings.rate = ArrivalRate(perSecond: perSecond, arrivals: arrivals)
      settings.goal = nil
    }
  }

  /// Finds the highest rate of an open loop at which each variant's p99 stays within a limit; else as
  /// `findRate(_:atMost:arrivals:)`.
  public static func findRate(p99 limit: Duration, arrivals: ArrivalRate.Arrivals = .constant) -> Self {
    findRate(.p99, atMost: limit, arrivals: arrivals)
  }

  /// Finds the highest rate of an open loop (`ArrivalRate`) at which a percentile of each variant's latencies
  /// stays within a limit, and no more operations wait from block to block.
  ///
  /// In each of eight sessions of fresh connections the variants take turns, a quarter of a second at a rate
  /// or as long as the percentile needs, until for each a rate holds and one 2 % higher doesn't. That takes
  /// some three seconds a session and variant. A budget of more than four seconds has two sessions for each, 32
  /// at most. A rate that fails once is tried twice more, and holds if it does so both times.
  ///
  /// Operations per second are then that rate, and the time of an operation, which comparisons and gates are
  /// about, is what the rate leaves it: a variant whose rate is half as high takes twice the time. Whole time,
  /// slow operations, sessions, and what builds are asked besides, aren't compared. Without a `.tolerance` 25 %
  /// is allowed at least. Latencies and metrics are of the operations at that rate. A case fails with a
  /// `BenchmarkError` where a variant holds no rate.
  ///
  /// - Parameter percentile: Which of each variant's latencies is to stay within the limit.
  /// - Parameter limit: More than 0, and at most 10 s.
  /// - Parameter arrivals: Whether operations come at equal distances or at random.
  public static func findRate(
    _ percentile: Percentile, atMost limit: Duration, arrivals: ArrivalRate.Arrivals = .constant
  ) -> Self {
    Self { settings in
      settings.goal = RateGoal(percentile, atMost: limit, arrivals: arrivals)
      settings.rate = nil
    }
  }

  /// Reports how far a counter moves with each operation of a variant, beside the kit's own metrics.
  ///
  /// - Parameter name: The name in tables and reports; one of the kit's own names or of a nearer trait wins.
  /// - Parameter unit: What the counter counts.
  /// - Parameter counter: The counter's present value, which should never fall. Read before and after each
  ///   block, from any thread.
  public static func metric(
    _ name: String, unit: Metric.Unit = .count, counter: @escaping @Sendable () -> Double
  ) -> Self {
    Self { $0.add(CustomMetric(metric: Metric(name, unit: unit), read: counter)) }
  }
}
