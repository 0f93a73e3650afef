import PGBenchKit
import PGReporting
import PGSystem
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What was asked for is delivered, or the run fails: shown by runs in child processes.
@Suite("Results", .pacedRuns)
struct DeliveryTests {
  private static func path() -> String { "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))" }

  @Test("A metric that is no number is not available, its gate is refused, and the report has all the rest")
  func noNumber() async throws {
    for (policy, code) in [("fail", 0), ("strict", 1)] {
      try await ChildRun.of("DeliveryBenchmarks/noNumber", environment: ["PGBENCH_GATE": policy]) { run in
        #expect(run.exitCode == Int32(code), "\(run.output)")
        #expect(
          run.output.contains("misses is not available here, its counter moved by nan"), "\(run.output)")
        let variant = try #require(try run.report().cases.first?.variants.first)
        #expect(variant[Metric("hits", unit: .count)] == 0)
        let misses = try #require(variant.metrics.first { $0.metric.name == "misses" })
        #expect(misses.value == nil)
        #expect(try run.markdown().contains("misses: not available, its counter moved by nan in a block"))
      }
    }
  }

  @Test(
    "What can't be kept, measured or counted fails its test, in words that say what to write",
    arguments: [
      ("noTolerance", ["The .tolerance trait: A tolerance of nan %", "such as .percent(10)"]),
      ("allTime", ["time of each variant at most", "of a time at most 31 years"]),
      (
        "misspelt",
        ["No metric \"statments\" is measured; there are: client CPU, ", "statements, ", ", hits."]
      ),
      ("otherUnit", ["\"statements\" is counted in count, and the gate takes it for bytes"]),
      ("counts", ["A count of 0 operations can't be measured", "A count of -5 operations", "from 1 on"]),
      ("sweep", ["A count of 0 operations can't be measured", "a sweep at least one"]),
      ("noRounds", ["The .budget trait: 0 rounds measure nothing: give at least 1."]),
      ("noTime", ["The .budget trait: -1.0 seconds measures nothing", "such as .seconds(3)"]),
      ("noHalfWidth", ["The .budget trait: a half-width of nan % is never reached", ".percent(0.5)"]),
      ("noWarmUp", ["The .warmup trait: ", "is too long: give a day"]),
    ])
  func refused(scenario: String, words: [String]) async throws {
    // With another, which must not be touched by it.
    try await ChildRun.of("DeliveryBenchmarks/(quiet|\(scenario))") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      for word in words { #expect(run.output.contains(word), "\(run.output)") }
      let report = try run.report()
      #expect(report.cases.map(\.test) == ["A point query"])
    }
  }

  @Test("Tests that ended with an error are on top of the report, with their line and their error")
  func failures() async throws {
    try await ChildRun.of("DeliveryBenchmarks/(quiet|fixture|decoding|misspelt|cancelled)") { run in
      #expect(run.exitCode == 1)
      let report = try run.report()
      let failures = try #require(report.failures)
      #expect(
        failures.map(\.test) == [
          "A fixture that the server refuses", "A misspelt metric", "A value of another type",
        ])
      #expect(failures.allSatisfy { $0.suite == "Delivery" && $0.line > 30 })
      #expect(failures.allSatisfy { $0.file == "PGBenchKitTests/DeliveryBenchmarks.swift" })
      #expect(failures[0].error.contains("NONSENSE") && failures[2].error.contains("Int"))
      #expect(report.cases.map(\.test) == ["A point query"])
      let markdown = try run.markdown()
      let failed = try #require(markdown.firstRange(of: "## Tests that ended with an error"))
      let measured = try #require(markdown.firstRange(of: "## Delivery"))
      #expect(failed.lowerBound < measured.lowerBound)
      #expect(markdown.contains("\n- **Delivery / A fixture that the server refuses**: "))
      #expect(markdown.contains("\n  `PGBenchKitTests/DeliveryBenchmarks.swift:"))
      #expect(
        failures[0].command?.hasSuffix("--filter 'PGBenchKitTests.DeliveryBenchmarks/fixture\\('") == true)
      #expect(run.output.contains("\nTests that ended with an error\n"), "\(run.output)")
    }
  }

  @Test("A run of nothing but failures has a report of them")
  func nothingButFailures() async throws {
    try await ChildRun.of("DeliveryBenchmarks/decoding") { run in
      #expect(run.exitCode == 1)
      let report = try run.report()
      #expect(report.cases.isEmpty && report.failures?.count == 1)
    }
  }

  @Test(
    "A report folder that can't be made fails the run before anything is measured, and no report is announced"
  )
  func noFolder() async throws {
    let file = Self.path()
    try Data().write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    for folder in [file, "\(file)/reports", "/proc/pgbenchkit"] {
      try await ChildRun.of("DeliveryBenchmarks/quiet", environment: ["PGBENCH_REPORT_DIR": folder]) { run in
        #expect(run.exitCode == 1, "\(run.output)")
        #expect(
          run.output.contains("The reports could not be written: Cannot write \(folder)"), "\(run.output)")
        #expect(run.output.contains("name another folder for reports with PGBENCH_REPORT_DIR"))
        #expect(!run.output.contains("Reports: ") && !run.output.contains("ops/s"), "\(run.output)")
      }
      // It must not have removed what was in its way.
      #expect(FileManager.default.fileExists(atPath: file))
    }
  }

  @Test("A report folder that goes while the run measures fails the run, which says so and announces nothing")
  func folderGoes() async throws {
    try await ChildRun.of("DeliveryBenchmarks/folder") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(run.output.contains("The report in JSON could not be written: Cannot write"), "\(run.output)")
      #expect(run.output.contains("The run fails, for not all that was asked for could be delivered."))
      #expect(!run.output.contains("Reports: ") && run.output.contains("ops/s"), "\(run.output)")
    }
  }

  @Test("A baseline that can't be saved fails the run, with advice about baselines")
  func noBaseline() async throws {
    let file = Self.path()
    try Data().write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let variables = ["PGBENCH_SAVE_BASELINE": "main", "PGBENCH_BASELINE_DIR": file]
    try await ChildRun.of("DeliveryBenchmarks/quiet", environment: variables) { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(
        run.output.contains("PGBENCH_BASELINE_DIR") && !run.output.contains("folder for reports"),
        "\(run.output)")
    }
  }

  @Test("A baseline of which no case was measured is asked for in vain, and fails the run")
  func emptyBaseline() async throws {
    let folder = Self.path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let variables = ["PGBENCH_SAVE_BASELINE": "main", "PGBENCH_BASELINE_DIR": folder]
    try await ChildRun.of("DeliveryBenchmarks/misspelt", environment: variables) { run in
      #expect(run.exitCode == 1)
      #expect(run.output.contains("main.json was not saved: no case was measured."), "\(run.output)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/main.json"))
    }
  }

  @Test("A reader that leaves takes neither the run nor its report with it")
  func brokenPipe() async throws {
    let code = Self.path()
    defer { try? FileManager.default.removeItem(atPath: code) }
    let script = "{ \"$0\" \"$@\" 2>&1; echo $? > \(code); } | true"
    try await ChildRun.of("DeliveryBenchmarks/(quiet|noNumber)", through: script) { run in
      #expect(try String(contentsOfFile: code, encoding: .utf8) == "0\n")
      let report = try run.report()
      #expect(report.cases.count == 2 && report.incomplete == nil)
    }
  }

  @Test("A full disk behind the output fails the run, whose report is written all the same")
  func fullOutput() async throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    try await ChildRun.of("DeliveryBenchmarks/quiet", through: "\"$0\" \"$@\" > /dev/full") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(
        run.output.contains("The tables: The output could not be written: No space left"), "\(run.output)")
      let report = try run.report()
      #expect(report.cases.count == 1)
    }
  }

  @Test("Ctrl-C writes what there is, marks it as incomplete, says so, and ends the process as ever")
  func interrupted() async throws {
    try await ChildRun.of("DeliveryBenchmarks/(quiet|interruption)") { run in
      #expect(run.signal == SIGINT, "\(run.output)")
      let report = try run.report()
      #expect(report.incomplete?.hasPrefix("SIGINT interrupted it after ") == true)
      #expect(report.cases.contains { $0.test == "An interruption" })
      #expect(try run.markdown().contains("> **Incomplete.** SIGINT interrupted it after "))
      #expect(run.output.contains("The run is incomplete: SIGINT interrupted it"), "\(run.output)")
      #expect(run.output.contains("ops/s") && run.output.contains("Reports: "))
    }
  }

  @Test("An interrupted run saves no baseline, and says so", .enabled(if: BuildMode.isOptimised))
  func interruptedBaseline() async throws {
    let folder = Self.path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let variables = ["PGBENCH_SAVE_BASELINE": "main", "PGBENCH_BASELINE_DIR": folder]
    try await ChildRun.of("DeliveryBenchmarks/interruption", environment: variables) { run in
      #expect(run.signal == SIGINT, "\(run.output)")
      #expect(run.output.contains("main.json was not saved: the run is incomplete."), "\(run.output)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/main.json"))
    }
  }

  @Test("An exit in a test's body is no success, and the report is marked as incomplete")
  func exits() async throws {
    try await ChildRun.of("DeliveryBenchmarks/end") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(run.output.contains("the process was made to exit while 1 test ran"), "\(run.output)")
      let report = try run.report()
      #expect(report.incomplete != nil)
    }
  }

  @Test(
    "An unoptimised build holds the gates on statements, and says once that it holds no others",
    .enabled(if: !BuildMode.isOptimised))
  func unoptimised() async throws {
    try await ChildRun.of("DeliveryBenchmarks/(statements|times)") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      #expect(run.output.contains("Regressed: 5 statements of sync, 1 allowed."), "\(run.output)")
      let warnings = run.output.split(separator: "\n").filter { $0.contains("recorded a warning") }
      #expect(warnings.count == 1, "\(warnings)")
      #expect(run.output.contains("No gate of this run is held but those on statements"), "\(run.output)")
    }
    try await ChildRun.of("DeliveryBenchmarks/times", environment: ["PGBENCH_GATE": "strict"]) { run in
      #expect(run.exitCode == 1, "\(run.output)")
    }
  }

  @Test("A failed gate says verdict, figure and limit in a line, and in the next how to see it again")
  func gateMessage() async throws {
    try await ChildRun.of("DeliveryBenchmarks/statements") { run in
      #expect(run.exitCode == 1, "\(run.output)")
      let lines = run.output.split(separator: "\n")
      let places = lines.indices.filter {
        lines[$0].contains(" recorded an issue at DeliveryBenchmarks.swift:")
      }
      #expect(places.count == 2)
      for (place, variant) in zip(places, ["sync", "async"]) {
        #expect(
          lines[place].hasSuffix("Regressed: 5 statements of \(variant), 1 allowed."), "\(lines[place])")
        #expect(lines[place + 1].contains("PGBENCH_PROFILE=smoke PGBENCH_SEED="), "\(lines[place + 1])")
        #expect(lines[place + 1].hasSuffix("--filter 'PGBenchKitTests.DeliveryBenchmarks/statements\\('"))
      }
      let gates = try #require(try run.report().cases.first?.gates)
      #expect(gates.map(\.verdict) == [.regressed, .regressed, .withinTolerance])
      let source = try #require(try run.report().cases.first?.source)
      #expect(source.file == "PGBenchKitTests/DeliveryBenchmarks.swift" && source.line > 30)
      #expect(
        source.command?.hasSuffix("--filter 'PGBenchKitTests.DeliveryBenchmarks/statements\\('") == true)
      let page = try String(contentsOfFile: "\(run.reportFolder)/benchmark_report.html", encoding: .utf8)
      #expect(page.contains("Regressed: 5 statements of sync, 1 allowed."))
      #expect(gates[0].explanation != nil && gates[2].explanation == nil)
      #expect(try run.markdown().contains("| within tolerance |"))
    }
  }

  @Test("A test's page, its charts and the samples of a case that failed are attached to it")
  func attachments() async throws {
    let folder = Self.path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await ChildRun.of(
      "DeliveryBenchmarks/(statements|times)", arguments: ["--attachments-path", folder]
    ) { run in
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(
        Set(files).isSuperset(of: [
          "five-statements.html", "five-statements.json", "gates-on-times.html", "delivery-bars.svg",
        ]))
      func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      }
      #expect(try text("five-statements.html").contains("Regressed: 5 statements of sync, 1 allowed."))
      let samples = try JSONReportWriter().report(from: text("five-statements.json"))
      #expect(samples.cases.map(\.test) == ["Five statements"])
      #expect(
        samples.cases[0].rounds == (try run.report().cases.first { $0.test == "Five statements" }?.rounds))
    }
  }

  @Test("A run's charts take the place of an earlier run's, and of no other file")
  func charts() async throws {
    let folder = Self.path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func charts(after test: String) async throws -> [String] {
      try await ChildRun.of("DeliveryBenchmarks/\(test)", environment: ["PGBENCH_REPORT_DIR": folder]) { _ in
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/charts").sorted()
      }
    }
    let onlyOfFirst = "delivery-latency-2.svg"
    let first = try await charts(after: "times")
    #expect(first.contains(onlyOfFirst), "\(first)")
    let own = ["mine.svg", "notes.txt"]
    for file in own {
      try "<svg class=\"chart\" id=\"x\"/>".write(
        toFile: "\(folder)/charts/\(file)", atomically: true, encoding: .utf8)
    }
    let second = try await charts(after: "statements")
    #expect(second.contains("delivery-latency.svg") && !second.contains(onlyOfFirst), "\(second)")
    #expect(Set(second).isSuperset(of: own))
  }
}
