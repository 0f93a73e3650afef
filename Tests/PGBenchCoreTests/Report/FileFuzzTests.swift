import Foundation
import PGSystem
import PGTestSupport
import Testing

@testable import PGMeasuring
@testable import PGReporting
@testable import PGStatistics
@testable import PGVerdicts

/// Whatever a report or a baseline holds, the command refuses it or shows it.
@Suite("Damaged reports and baselines", .serialized, .timeLimit(.minutes(Fuzzing.minutes)))
struct FileFuzzTests {
  static let identity = CaseIdentity(
    suites: ["S", "Inner"], test: "t", function: "f()", arguments: [.init(name: "a", value: "1")],
    operations: 10)

  /// A small report that has everything.
  static func report() throws -> BenchmarkReport {
    let metrics: [Metric: Double] = [
      .clientCPU: 3000, .serverCPU: 4000, .allocations: 6, .allocatedBytes: 400,
    ]
    var samples = Simulation(sessions: 4, rounds: 2, ratio: 1.25).samples(seed: Seed(1))
    for index in samples.series.indices {
      samples.series[index].blocks = samples.series[index].blocks.map {
        Block(
          session: $0.session, round: $0.round, operations: $0.operations, elapsed: $0.elapsed, usage: metrics
        )
      }
      samples.series[index].attribution = [MetricSummary(.statements, .notAvailable(reason: "no server"))]
      samples.series[index].openings = [5, 6, 7, 8]
    }
    samples.retakenRounds = ["checkpoint": 2]
    let here = Fingerprint(of: ExampleReport.environment)
    let baseline = Baseline(fingerprint: here, cases: [BaselineCase(identity, samples: samples)])
    let analysis = try Analysis(of: samples)
    let decision = GateDecision(of: identity, samples: samples, baseline: .stored(baseline, here: here))
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.001))
    let gates = [
      Gate.notSlower(.async, than: .sync, by: .percent(10)), Gate(.async, .time, .baseline(.percent(5))),
    ]
    let outcomes = gates.map { decision.decide($0, rules: rules).explained("Noise.") }
    let cases = [identity.operations, 20].map { operations in
      CaseReport(
        identity.place.identity(operations: operations, call: 1), samples: samples, analysis: analysis,
        gates: outcomes,
        baseline: BaselineComparison(name: "main", baseline, of: identity, samples: samples, here: here),
        placement: "one CPU", machine: MachineLoad(busy: 0.5, stolen: 0.1))
    }
    var environment = ExampleReport.environment
    environment.kitCost = .init(clock: 20, syncOperation: 50, asyncOperation: 60, allocations: 0)
    return BenchmarkReport(
      environment: environment, cases: cases, warnings: ["a warning"],
      falseAlarms: .init(FalseAlarmBudget()), notMeasured: [identity],
      failures: [FailedTest(suite: "S", test: "t", file: "M/F.swift", line: 7, error: "no")], incomplete: "no"
    )
  }

  private static func baseline() throws -> Baseline {
    let samples = Simulation(sessions: 4, rounds: 2, ratio: 1.25).samples(seed: Seed(1))
    return Baseline(
      fingerprint: Fingerprint(of: ExampleReport.environment),
      cases: [10, 20].map {
        BaselineCase(identity.place.identity(operations: $0, call: 1), samples: samples)
      })
  }

  /// Damages a text many times over; `body` tells what is wrong with what comes of it, or that it was read.
  private func run(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (String, inout FuzzGenerator) -> (wasRead: Bool, fault: String?)
  ) {
    let damage = JSONDamage(text)
    let seed = Fuzzing.seed
    // What crashes the process leaves nothing but this.
    if Fuzzing.inputs > 10_000 { print("PGBENCH_FUZZ_SEED=\(seed)") }
    let start = ContinuousClock.now
    var random = FuzzGenerator(seed: seed)
    var read = 0
    for number in 0..<Fuzzing.inputs {
      let damaged = String(decoding: damage.damaged(by: &random), as: UTF8.self)
      let (wasRead, fault) = body(damaged, &random)
      read += wasRead ? 1 : 0
      guard let fault else { continue }
      Issue.record("Input \(number) of seed \(seed): \(fault)\n\(damaged)", sourceLocation: sourceLocation)
      return
    }
    if Fuzzing.inputs > 10_000 {
      print("\(Fuzzing.inputs) inputs, \(read) read, \(ContinuousClock.now - start)")
    }
    // Else the damage would be beyond what could find anything, or none at all.
    #expect(read > Fuzzing.inputs / 50 && read < Fuzzing.inputs, sourceLocation: sourceLocation)
  }

  /// What would act on a terminal or break a line of a table.
  private static func isHarmful(_ text: String) -> Bool {
    text.utf8.contains { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F }
  }

  @Test("of a run are refused, or shown in every form, without anything that acts on a terminal")
  func reports() throws {
    let whole = try Self.report()
    let writer = JSONReportWriter()
    run(try writer.text(whole)) { text, _ in
      guard let report = try? writer.report(from: text) else { return (false, nil) }
      for drawing in Drawings.ofReports {
        do {
          guard try !drawing.texts(report).contains(where: Self.isHarmful) else {
            return (true, "a control character is shown by: \(drawing.name)")
          }
        } catch {
          return (true, "\(drawing.name): \(error)")
        }
      }
      let page = HTMLRenderer().text(ReportDocument(report), title: "Report")
      if let fault = HTMLCheck(page).faults.first { return (true, "the page is broken: \(fault)") }
      // JSON has no numbers of its own that it can't write again.
      do {
        guard try writer.report(from: writer.text(report)) == report else {
          return (true, "another report is read from what it was written as")
        }
      } catch {
        return (true, "it can't be written again: \(error)")
      }
      return (true, nil)
    }
  }

  @Test("of a run are compared with another, or refused")
  func comparisons() throws {
    let whole = MeasuredRun(try Self.report())
    run(try JSONReportWriter().text(Self.report())) { text, _ in
      guard let damaged = try? MeasuredRun(from: text) else { return (false, nil) }
      for drawing in Drawings.ofPairs where drawing.texts(whole, damaged).contains(where: Self.isHarmful) {
        return (true, "a control character is shown by: \(drawing.name)")
      }
      return (true, nil)
    }
  }

  @Test("that gates are held against are refused, or decide the gates")
  func baselines() throws {
    let whole = try Self.baseline()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let samples = Simulation(sessions: 4, rounds: 2, ratio: 1.25).samples(seed: Seed(1))
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.001))
    let gates: [Gate] = [
      Gate(.async, .time, .baseline(.percent(5))), Gate(.sync, .latency(.p50), .baseline(.percent(0))),
      Gate(.async, .time, .baselineRatio(to: .sync, .percent(5))),
    ]
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = try BaselineFile(name: "damaged", folder: folder)
    run(String(decoding: try encoder.encode(whole), as: UTF8.self)) { text, random in
      let damaged: Baseline?
      if random.below(64) == 0 {
        try? text.write(toFile: file.path, atomically: false, encoding: .utf8)
        damaged = try? file.read()
      } else {
        damaged = try? Baseline.ifOne(in: text)
      }
      guard let damaged else { return (false, nil) }
      let decision = GateDecision(
        of: Self.identity, samples: samples, baseline: .stored(damaged, here: whole.fingerprint))
      for gate in gates where Self.isHarmful(Printable.line("\(decision.decide(gate, rules: rules))")) {
        return (true, "a control character is shown")
      }
      let run = MeasuredRun(damaged)
      let texts =
        Drawings.ofPairs.flatMap { $0.texts(run, MeasuredRun(whole)) }
        + Drawings.ofHistory(with: HistoryRun(damaged, name: "damaged.json"))
      guard !texts.contains(where: Self.isHarmful) else { return (true, "a control character is shown") }
      _ = try? whole.adding(damaged)
      return (true, nil)
    }
  }
}
