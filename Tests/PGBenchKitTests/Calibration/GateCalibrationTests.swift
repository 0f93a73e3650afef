import PGBenchKit
import PGSystem
import Testing

@testable import PGBenchKit
@testable import PGMeasuring
@testable import PGStatistics
@testable import PGVerdicts

/// How often a gate is wrong: of the same code against itself, and of code that was slowed by a known share, case after case,
/// with the other CPU idle and busy.
///
/// Off by default: PGBENCH_CALIBRATE=100 runs 300 pairs of the same code and 100 of each slowdown, twice, in about an
/// hour. The report of the run holds the samples; `other_gates.py` puts them through the rules of other tools.
@Suite(
  "Gate calibration", .benchmark, .postgres(.study), .budget(.untilDecided(atMost: .seconds(4))),
  .gates(.warn), .serialized, .enabled(if: Calibration.cases > 0))
struct GateCalibrationTests {
  @Test(
    "Gates of the same code", .gate(Gate(nil, .time, .reference("plain", .percent(2)))),
    arguments: [false, true])
  func same(isLoaded: Bool) async throws {
    let verdicts = try await Self.verdicts(planted: 0, cases: 3 * Calibration.cases, isLoaded, of: 2)
    #expect(verdicts[.regressed, default: 0] == 0)
    #expect(verdicts[.withinTolerance, default: 0] * 100 >= 98 * 3 * Calibration.cases)
  }

  @Test(
    "Gates of code that is 1 % slower", .gate(Gate(nil, .time, .reference("plain", .percent(2)))),
    arguments: [false, true])
  func planted1(isLoaded: Bool) async throws {
    let verdicts = try await Self.verdicts(planted: 1, cases: Calibration.cases, isLoaded, of: 2)
    #expect(verdicts[.regressed, default: 0] * 100 <= Calibration.cases)
  }

  @Test(
    "Gates of code that is 3 % slower", .gate(Gate(nil, .time, .reference("plain", .percent(2)))),
    arguments: [false, true])
  func planted3(isLoaded: Bool) async throws {
    let verdicts = try await Self.verdicts(planted: 3, cases: Calibration.cases, isLoaded, of: 2)
    #expect(verdicts[.regressed, default: 0] * 100 >= 90 * Calibration.cases)
  }

  @Test(
    "Gates of code that is 4 % slower", .gate(Gate(nil, .time, .reference("plain", .percent(2)))),
    arguments: [false, true])
  func planted4(isLoaded: Bool) async throws {
    let verdicts = try await Self.verdicts(planted: 4, cases: Calibration.cases, isLoaded, of: 2)
    #expect(verdicts[.regressed, default: 0] * 100 >= 99 * Calibration.cases)
    #expect(verdicts[.withinTolerance, default: 0] == 0)
  }

  /// The operations of five clients on one CPU wait for each other: which of them the scheduler takes moves times by more than
  /// the default tolerance, so that tests of several clients state one of their own.
  @Test(
    "Gates of five clients that allow 10 %", .gate(Gate(nil, .time, .reference("plain", .percent(10)))),
    .placement(.oneCPU), arguments: [0, 15, 20])
  func clients(percent: Int) async throws {
    let cases = Calibration.cases
    let verdicts = try await Self.verdicts(planted: percent, cases: cases, clients: 5, of: 3)
    switch percent {
    case 0:
      #expect(verdicts[.regressed, default: 0] == 0)
      #expect(verdicts[.withinTolerance, default: 0] * 100 >= 98 * cases)
    case 15: #expect(verdicts[.regressed, default: 0] * 100 >= 90 * cases)
    default: #expect(verdicts[.regressed, default: 0] * 100 >= 99 * cases)
    }
  }

  @Test(
    "Gates of five clients that allow no more than one client's",
    .gate(Gate(nil, .time, .reference("plain", .percent(2)))), .placement(.oneCPU), arguments: [0, 3])
  func clientsAtDefault(percent: Int) async throws {
    let cases = Calibration.cases
    let verdicts = try await Self.verdicts(planted: percent, cases: cases, clients: 5, of: 2)
    if percent == 0 {
      #expect(verdicts[.regressed, default: 0] == 0)
    } else {
      #expect(verdicts[.withinTolerance, default: 0] * 100 <= cases)
    }
  }

  /// What the typical time doesn't tell: the mean is really slower, by rare operations or in some sessions.
  @Test(
    "Gates of code that is slower now and then", .gate(Gate(nil, .time, .reference("plain", .percent(2)))),
    arguments: PlantedShape.allCases)
  func shapes(shape: PlantedShape) async throws {
    let verdicts = try await Self.verdicts(
      of: "\(shape.rawValue), idle", Calibration.cases, isLoaded: false, kinds: PlantedShape.allCases.count
    ) { driver, name in (Calibration.pointQuery(driver, name, shape: shape), nil) }
    let found = verdicts[.regressed, default: 0] + (shape.isOfSessions ? verdicts[.suspect, default: 0] : 0)
    #expect(found * 100 >= 95 * Calibration.cases)
  }

  /// One allocation more in a driver's operation, planted.
  @Test(
    "An allocation more fails an exact gate every time",
    .gate(Gate(nil, .metric(.allocations), .reference("plain", .percent(0)))), .budget(.rounds(8)))
  func allocation() async throws {
    var flagged = 0
    for number in 0..<Calibration.cases {
      let driver: Variant = number % 2 == 0 ? .sync : .async
      let result = try await benchmark(
        OperationCount(50 + number, casesInSweep: Calibration.cases),
        variants: [
          Calibration.pointQuery(driver, "plain"),
          Calibration.pointQuery(driver, "one more", planted: PlantedSlowdown(share: 0, allocates: true)),
        ])
      flagged += result.gates.count { $0.verdict == .regressed }
    }
    print("An allocation more: flagged in \(Calibration.count(flagged, of: Calibration.cases))")
    #expect(flagged == Calibration.cases)
  }

  /// Runs cases of one kind, and returns what the gates said: of each case the worst of its questions' verdicts.
  private static func verdicts(
    planted percent: Int, cases: Int, _ isLoaded: Bool = false, clients: Int = 1, of kinds: Int
  ) async throws -> [Verdict: Int] {
    let kind = "\(percent == 0 ? "same" : "planted \(percent) %"), \(isLoaded ? "busy" : "idle")"
    let name = clients == 1 ? kind : "\(kind), \(clients) clients"
    return try await verdicts(of: name, cases, isLoaded: isLoaded, clients: clients, kinds: kinds) {
      driver, name in
      let planted = PlantedSlowdown(share: Double(percent) / 100, clients: clients)
      return (Calibration.pointQuery(driver, name, planted: planted), planted)
    }
  }

  private static func verdicts(
    of name: String, _ cases: Int, isLoaded: Bool, clients: Int = 1, kinds: Int,
    planted: (Variant, Variant) -> (BenchmarkVariant<String>, PlantedSlowdown?)
  ) async throws -> [Verdict: Int] {
    var verdicts: [Verdict: Int] = [:]
    var questions: [String: Int] = [:]
    var truths: [Double] = []
    var seconds = 0.0
    try await OtherLoad.with(isLoaded) {
      for number in 0..<cases {
        let driver: Variant = number % 2 == 0 ? .sync : .async
        let (variant, slowdown) = planted(driver, Variant(name))
        let start = MonotonicClock.now()
        let result = try await benchmark(
          OperationCount(50 + number, casesInSweep: kinds * cases), clients: clients,
          variants: [Calibration.pointQuery(driver, "plain"), variant])
        seconds += Double(MonotonicClock.now() - start) / 1e9
        if let slowdown { truths.append(100 * slowdown.actual) }
        verdicts[try #require(worst(of: result.gates)), default: 0] += 1
        for outcome in result.gates where outcome.verdict != .withinTolerance {
          questions["\(outcome.figures?.quantity ?? "") \(outcome.verdict.name)", default: 0] += 1
        }
      }
    }
    let counts = verdicts.map { "\($0.key.name) \($0.value)" }.sorted().joined(separator: ", ")
    let truth = Calibration.decimal(Median.of(truths) ?? 0)
    let open = questions.map { "\($0.key) \($0.value)" }.sorted().joined(separator: ", ")
    let pace = Calibration.decimal(seconds / Double(max(1, cases)))
    print(
      "Gate | \(name) | really \(truth) % | \(cases) cases: \(counts) | \(open) | \(pace) s a case")
    return verdicts
  }

  /// What counts most of a case's verdicts.
  private static func worst(of gates: [GateOutcome]) -> Verdict? {
    let order: [Verdict] = [.regressed, .suspect, .inconclusive, .withinTolerance, .improved]
    return order.first { verdict in gates.contains { $0.verdict == verdict } } ?? gates.first?.verdict
  }
}
