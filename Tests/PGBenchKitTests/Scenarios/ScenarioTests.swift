import PGBenchKit
import PGReporting
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a person sees of a whole run, shown by runs in child processes.
@Suite("Whole runs", .pacedRuns)
struct ScenarioTests {
  @Test("A run that keeps its gates succeeds, prints a table, and writes both reports")
  func success() async throws {
    try await ChildRun.of("ScenarioBenchmarks/evenRace") { run in
      #expect(run.exitCode == 0, "\(run.output)")
      #expect(run.output.contains("async ops/s"))
      let json = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.json", encoding: .utf8)
      let report = try JSONReportWriter().report(from: json)
      #expect(report.cases.map(\.test) == ["An even race"])
      // The race, all of its questions, and the statements of each variant.
      #expect(
        report.cases[0].gates.compactMap(\.figures?.quantity) == [
          "time", "whole time", "slow operations", "slow sessions", "statements", "statements",
        ])
      let areKept = report.cases[0].gates.map(\.verdict).allSatisfy(\.isKept)
      #expect(areKept, "\(report.cases[0].gates)")
      #expect(
        run.output.contains(
          "False alarms: at most 1 % of such runs have any, shared by 3 declared gates and the questions "
            + "that they ask, of which each has "),
        "\(run.output)")
      #expect(!run.output.contains("Attached"), "\(run.output)")
      #expect(run.output.contains("A variant against itself, between sessions"), "\(run.output)")
      #expect(report.cases[0].variants.map(\.variant) == [.sync, .async])
      #expect(report.environment.serverVersion?.isEmpty == false)
      let markdown = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.md", encoding: .utf8)
      #expect(markdown.contains("An even race") || markdown.contains("Scenarios"))
    }
  }

  @Test("A far server is as far as its trait says, the report says so, and the proxy ends with its case")
  func farServer() async throws {
    try await ChildRun.of("ScenarioBenchmarks/farServer") { run in
      #expect(run.exitCode == 0, "\(run.output)")
      let json = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.json", encoding: .utf8)
      let placement = try #require(try JSONReportWriter().report(from: json).cases.first?.placement)
      #expect(placement.hasSuffix("; round trip of 5.00 ms added"), "\(placement)")
    }
  }

  @Test("A stall each second is in the 99th percentile of an open loop, and a closed one hides it")
  func stall() async throws {
    func latency(_ scenario: String) async throws -> (p99: Duration, missed: Double?, rate: ArrivalRate?) {
      try await ChildRun.of("ScenarioBenchmarks/\(scenario)") { run in
        #expect(run.exitCode == 0, "\(run.output)")
        let one = try #require(try run.report().cases.first)
        let sync = try #require(one[.sync])
        return (sync.latency.p99, sync[.missedStarts], one.rate)
      }
    }
    let (open, closed) = (try await latency("openStall"), try await latency("closedStall"))
    #expect(open.p99 > .milliseconds(20) && closed.p99 < .milliseconds(20), "\(open), \(closed)")
    // Of each 500 operations, those that were to begin in 50 ms waited.
    #expect(try #require(open.missed) > 0.02 && closed.missed == nil, "\(open), \(closed)")
    #expect(open.rate == ArrivalRate(perSecond: 500) && closed.rate == nil)
  }

  @Test("Several clients share a rate, and the report tells how they kept to it, and not what waiting costs")
  func openClients() async throws {
    try await ChildRun.of("ScenarioBenchmarks/openClients") { run in
      #expect(run.exitCode == 0, "\(run.output)")
      let one = try #require(try run.report().cases.first)
      for variant in one.variants {
        // Of eight blocks of 500 at random.
        #expect(abs(variant.operationsPerSecond / 1000 - 1) < 0.1, "\(variant.operationsPerSecond)")
        for metric in [Metric.startLag, .missedStarts, .scheduleError, .impreciseStarts] {
          #expect(variant[metric] != nil, "\(metric)")
        }
        #expect(variant[.clientCPU] == nil && variant.account == nil)
      }
    }
  }

  @Test("The highest rate is found of each variant, and a gate compares what it leaves an operation")
  func highestRate() async throws {
    try await ChildRun.of("ScenarioBenchmarks/highestRate") { run in
      let one = try #require(try run.report().cases.first)
      #expect(one.goal == RateGoal(.p90, atMost: .milliseconds(20)) && one.rate == nil)
      let rates = ["one", "two"].compactMap { one[$0]?.operationsPerSecond }
      // A sleep of 2 ms takes somewhat longer.
      #expect(rates.count == 2 && rates[0] < 510 && rates[0] > 200, "\(rates)")
      #expect(rates[0] / rates[1] > 1.6 && rates[0] / rates[1] < 2.5, "\(rates)")
      // Two sessions show it on a quiet machine, and raise the suspicion on a busy one, which is a warning.
      let verdicts = one.gates.map(\.verdict)
      #expect(verdicts == [.regressed] || verdicts == [.suspect], "\(verdicts)")
      #expect(run.exitCode == (verdicts == [.regressed] ? 1 : 0), "\(run.output)")
    }
  }

  @Test("A planted slowdown beyond the tolerance fails the run on the test's line, with the figures")
  func plantedSlowdown() async throws {
    try await ChildRun.of("ScenarioBenchmarks/plantedSlowdown") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      let lines = run.output.split(separator: "\n")
      let number = try #require(
        lines.firstIndex { $0.contains("recorded an issue at ScenarioBenchmarks.swift:") })
      let issue = lines[number]
      for words in ["Regressed: time of slow ", ", of fast ", " times as much, 1.1", " times allowed."] {
        #expect(issue.contains(words), "\(words): \(issue)")
      }
      let command = lines[number + 1]
      for words in [
        "swift test --filter 'PGBenchKitTests.ScenarioBenchmarks/plantedSlowdown\\('", "PGBENCH_SEED=",
      ] {
        #expect(command.contains(words), "\(words): \(command)")
      }
      // The rest is in the reports.
      let gates = try #require(try run.report().cases.first?.gates)
      let markdown = try run.markdown()
      for words in [
        "slow not slower than fast by more than 10 %", "Time per operation: slow ", ", fast ", "Ratio ",
        "95 % interval",
        "rounds over", "sessions", "Smallest excess", "slow against itself", "What else differs from fast: ",
        "client CPU",
      ] {
        #expect(gates[0].description.contains(words), "\(words): \(gates[0])")
        #expect(markdown.contains(words), "\(words)")
      }
    }
  }

  @Test("A gate that the machine's figures can't decide warns with the reason, and fails a strict run")
  func refused() async throws {
    for (policy, code) in [("fail", 0), ("strict", 1), ("warn", 0)] {
      try await ChildRun.of("ScenarioBenchmarks/percentile", environment: ["PGBENCH_GATE": policy]) { run in
        #expect(run.exitCode == Int32(code), "\(run.output)")
        #expect(run.output.contains("Refused (p99.9 of async"), "\(run.output)")
        #expect(run.output.contains("give the case a longer budget"), "\(run.output)")
      }
    }
  }

  @Test("A regression only warns where the run says so")
  func warned() async throws {
    try await ChildRun.of("ScenarioBenchmarks/allocation", environment: ["PGBENCH_GATE": "warn"]) { run in
      #expect(run.exitCode == 0, "\(run.output)")
      #expect(run.output.contains("Regressed: ") && run.output.contains(" allocations of one more, "))
    }
  }

  @Test("On GitHub a regression marks the test's line, and the report becomes the job's summary")
  func gitHub() async throws {
    let summary = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: summary) }
    let variables = ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary]
    try await ChildRun.of("ScenarioBenchmarks/allocation", environment: variables) { run in
      let lines = run.output.split(separator: "\n").filter { $0.hasPrefix("::error file=") }
      #expect(lines.count == 2, "\(run.output)")
      #expect(
        lines.allSatisfy {
          $0.contains("ScenarioBenchmarks.swift,line=") && $0.contains(",title=Scenarios / ")
            && $0.contains("::Regressed: ") && $0.contains("allocations of one more, ")
        }, "\(lines)")
      let text = try String(contentsOfFile: summary, encoding: .utf8)
      #expect(text.hasPrefix("# Benchmark report"))
    }
  }

  @Test("One allocation more fails an exact gate, as a trait and as a call")
  func allocation() async throws {
    try await ChildRun.of("ScenarioBenchmarks/allocation") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(run.output.contains("Failed gates\n  Scenarios / "), "\(run.output)")
      let markdown = try run.markdown()
      #expect(
        markdown.contains(
          "Regressed (allocations of one more not above that of plain by more than 0 %)"))
      let issues = run.output.split(separator: "\n").filter { $0.contains(" recorded an issue at ") }
      #expect(
        issues.count == 2 && issues.allSatisfy { $0.contains("allocations of one more, ") }, "\(issues)")
    }
  }

  @Test(
    "A saved baseline holds the next run's gates, names what it lacks, and refuses another machine's by field"
  )
  func baseline() async throws {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let scenario = "ScenarioBenchmarks/storedCount"
    let variables = ["PGBENCH_BASELINE_DIR": folder, "PGBENCH_GATE": "strict"]
    func run(_ more: [String: String], _ check: (ChildRun) throws -> Void) async throws {
      try await ChildRun.of(scenario, environment: variables.merging(more) { $1 }, check)
    }
    try await run([:]) { run in
      #expect(run.exitCode == 1 && run.output.contains("no baseline was named"), "\(run.output)")
    }
    try await run(["PGBENCH_BASELINE": "main"]) { run in
      #expect(run.exitCode == 1 && run.output.contains("there is no such file"), "\(run.output)")
    }
    try await run(["PGBENCH_SAVE_BASELINE": "main", "PGBENCH_GATE": "fail"]) { run in
      #expect(run.exitCode == 0 && run.output.contains("Baseline: \(folder)/main.json"), "\(run.output)")
    }
    try await run(["PGBENCH_BASELINE": "main"]) { run in
      #expect(run.exitCode == 0 && run.output.contains("Against the baseline"), "\(run.output)")
    }
    try await run(["PGBENCH_BASELINE": "main", "PGBENCH_SCENARIO_MORE": "1"]) { run in
      #expect(run.exitCode == 1 && run.output.contains(" allocations of sync, "), "\(run.output)")
    }
    let file = "\(folder)/main.json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    // Or the same code would be held against its own figures in the next run.
    try await run([
      "PGBENCH_BASELINE": "main", "PGBENCH_SAVE_BASELINE": "main", "PGBENCH_SCENARIO_MORE": "1",
    ]) { run in
      #expect(run.exitCode == 1 && run.output.contains("was not saved: a gate failed"), "\(run.output)")
      #expect(!run.output.contains("Baseline: "), "\(run.output)")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    try text.replacing("\"build\" : \"optimised\"", with: "\"build\" : \"debug\"")
      .write(toFile: file, atomically: true, encoding: .utf8)
    try await run(["PGBENCH_BASELINE": "main"]) { run in
      #expect(run.exitCode == 1 && run.output.contains("build debug there, optimised here"), "\(run.output)")
    }
    try text.replacing("\"test\" : \"", with: "\"test\" : \"Once ").write(
      toFile: file, atomically: true, encoding: .utf8)
    try await run(["PGBENCH_BASELINE": "main"]) { run in
      #expect(run.exitCode == 0 && run.output.contains("In the baseline and not measured"), "\(run.output)")
    }
  }

  @Test("A test that measures nothing is warned of, and fails a strict run")
  func forgotten() async throws {
    for (policy, code) in [("fail", 0), ("strict", 1)] {
      try await ChildRun.of("ScenarioBenchmarks/forgotten", environment: ["PGBENCH_GATE": policy]) { run in
        #expect(run.exitCode == Int32(code), "\(run.output)")
        #expect(run.output.contains("Scenarios / Forgotten measured nothing"), "\(run.output)")
      }
    }
  }

  @Test("A body that runs no statement runs none, and keeps a gate that allows none")
  func noStatements() async throws {
    try await ChildRun.of("ScenarioBenchmarks/noStatements", environment: ["PGBENCH_GATE": "strict"]) { run in
      #expect(run.exitCode == 0, "\(run.output)")
    }
  }

  @Test(
    "What can't be measured fails its test with a message that says what to do",
    arguments: [
      ("sqlError", ["relation \"nowhere\" does not exist", "42P01", "Variant \"sync\""]),
      ("differentOutputs", ["don't do the same", "1 with \"sync\"", "2 with \"async\""]),
      ("differentRows", ["don't do the same", "[1] with \"sync\"", "[2] with \"async\""]),
      ("unknownVariant", ["pipelined", "it has: sync, async"]),
      (
        "tooMany",
        [
          "Variant \"sync\" did not hold the rate: of 600 operations per second",
          "the benchmark more clients",
        ]
      ),
      ("clientCPU", ["can't be held at a rate: a client waits between operations"]),
      ("noHighestRate", ["Variant \"sync\" holds a p50 of at most 1.00 ms at no rate", "a longer latency"]),
      ("noLatency", ["The .findRate trait: a latency of", "is not above 0"]),
      ("noRate", ["The .rate trait: 0.0 operations in a second are not from 1 to 1,000,000"]),
      ("noDistance", ["A round trip of 0.0 seconds can't be added", ".roundTrip(.milliseconds(1))"]),
      (
        "dyingServer",
        ["failed between operations", "The PostgreSQL server that the kit had started ended in mid-run"]
      ),
    ])
  func failures(scenario: String, words: [String]) async throws {
    let start = ContinuousClock.now
    try await ChildRun.of("ScenarioBenchmarks/\(scenario)") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      for word in words { #expect(run.output.contains(word), "\(run.output)") }
    }
    #expect(ContinuousClock.now - start < Slowness.limit * 2)
  }

  @Test(
    "A setting that can't be fails the test with a message that names it",
    arguments: [
      ("PGBENCH_PROFILE", "quikc", ["PGBENCH_PROFILE is \"quikc\"", "smoke, quick, full, gate"]),
      ("PGBENCH_SEED", "-1", ["PGBENCH_SEED is \"-1\""]),
      (
        "PGBENCH_DATABASE_URL", "postgresql://nobody:verysecret@127.0.0.1:1/none?connect_timeout=3",
        ["127.0.0.1"]
      ),
      ("PGBENCH_POSTGRES_BIN", "/nowhere", ["PGBENCH_POSTGRES_BIN", "/nowhere"]),
    ])
  func settings(variable: String, value: String, words: [String]) async throws {
    try await ChildRun.of("ScenarioBenchmarks/evenRace", environment: [variable: value]) { run in
      #expect(run.exitCode == 1, "\(run.output)")
      for word in words { #expect(run.output.contains(word), "\(run.output)") }
      #expect(!run.output.contains("verysecret"))
    }
  }
}
