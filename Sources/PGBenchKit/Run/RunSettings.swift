import PGBenchHost
import PGMeasuring
import PGStatistics
import PGSystem
import PGVerdicts

/// What the environment says about a run: the variables PGBENCH_….
///
/// Arguments can't be passed through `swift test`; variables can.
struct RunSettings: Sendable, Hashable {
  let profile: Profile
  let seed: Seed
  let reportFolder: String
  let policy: GatePolicy
  let tolerance: Tolerance
  /// How often all gates of the run together may raise a false alarm.
  let falseAlarmRate: Double
  /// How long an operation may take before the case is given up.
  let patience: Duration
  /// The baseline that the run is held against.
  let baseline: NamedFile?
  /// The baseline that the run is saved as.
  let savedBaseline: NamedFile?

  /// A baseline's name and file.
  struct NamedFile: Sendable, Hashable {
    let name: String
    let file: BaselineFile
  }

  /// Reads the variables.
  ///
  /// - Throws: `BenchmarkError` that names the variable and what it may be.
  init(environment: [String: String]) throws(BenchmarkError) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let name = value("PGBENCH_PROFILE") {
      guard let known = Profile(rawValue: name) else {
        let names = Profile.allCases.map(\.rawValue).joined(separator: ", ")
        throw BenchmarkError(
          "PGBENCH_PROFILE is \"\(Self.shown(name))\", but there are only these profiles: \(names).")
      }
      profile = known
    } else {
      profile = .quick
    }
    if let digits = value("PGBENCH_SEED") {
      guard let given = Seed(digits) else {
        throw BenchmarkError(
          "PGBENCH_SEED is \"\(Self.shown(digits))\", but it must be a number from 0 to \(UInt64.max).")
      }
      seed = given
    } else {
      seed = Seed(UInt64.random(in: 0...999_999_999))
    }
    reportFolder = value("PGBENCH_REPORT_DIR") ?? ".benchmarks"
    let policyName = value("PGBENCH_GATE") ?? GatePolicy.fail.rawValue
    guard let policy = GatePolicy(rawValue: policyName) else {
      let names = GatePolicy.allCases.map(\.rawValue).joined(separator: ", ")
      throw BenchmarkError(
        "PGBENCH_GATE is \"\(Self.shown(policyName))\", but there are only these policies: \(names).")
    }
    self.policy = policy
    func percent(_ name: String, orElse usual: Double, _ range: ClosedRange<Double>) throws(BenchmarkError)
      -> Double
    {
      guard let text = value(name) else { return usual }
      guard let percent = Double(text), range.contains(percent) else {
        throw BenchmarkError(
          "\(name) is \"\(Self.shown(text))\", but it must be a number of per cent from "
            + "\(range.lowerBound) to \(range.upperBound)."
        )
      }
      return percent
    }
    tolerance = .percent(try percent("PGBENCH_TOLERANCE", orElse: 5, 0...1000))
    falseAlarmRate =
      try percent("PGBENCH_FALSE_ALARMS", orElse: ErrorRates.defaultFalseAlarmOfRun * 100, 0.0001...50) / 100
    if let text = value("PGBENCH_PATIENCE") {
      guard let seconds = Double(text), (0.1...86_400).contains(seconds) else {
        throw BenchmarkError(
          "PGBENCH_PATIENCE is \"\(text)\", but it must be a number of seconds from 0.1 to 86400.")
      }
      patience = .seconds(seconds)
    } else {
      patience = .seconds(120)
    }
    let folder = value("PGBENCH_BASELINE_DIR") ?? "Baselines"
    func file(_ name: String) throws(BenchmarkError) -> NamedFile? {
      guard let given = value(name) else { return nil }
      do throws(BaselineError) {
        return NamedFile(name: given, file: try BaselineFile(name: given, folder: folder))
      } catch {
        throw BenchmarkError("\(name): \(error)")
      }
    }
    baseline = try file("PGBENCH_BASELINE")
    savedBaseline = try file("PGBENCH_SAVE_BASELINE")
  }

  /// A value as a message shows it: in a line, and no longer than one.
  private static func shown(_ value: String) -> String {
    let line = Printable.line(value)
    return line.count <= 100 ? line : "\(line.prefix(100))…"
  }
}

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
  public static var current: Profile { (try? BenchmarkRun.current.settings.get())?.profile ?? .quick }

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
