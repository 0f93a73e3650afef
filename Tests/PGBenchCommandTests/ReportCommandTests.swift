import Foundation
import PGMeasuring
import PGReporting
import PGSystem
import PGVerdicts
import Subprocess
import Testing

@testable import PGBenchCommand

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// `pgbench-kit report` as a real process.
@Suite("The command report")
struct ReportCommandTests {
  private static func run(
    _ arguments: [String]
  ) async throws -> (exitCode: Int32?, output: String, error: String) {
    let result = try await Subprocess.run(
      .path("/bin/sh"),
      arguments: Arguments(["-c", "\"$0\" \"$@\"", GateProcess.program, "report"] + arguments),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let code: Int32? = if case .exited(let code) = result.terminationStatus { Int32(code) } else { nil }
    return (code, result.standardOutput, result.standardError)
  }

  private static var baseline: String {
    get throws {
      let baseline = Baseline(fingerprint: Fingerprint(of: environment), cases: [])
      return String(decoding: try JSONEncoder().encode(baseline), as: UTF8.self)
    }
  }

  private static let environment = ReportEnvironment(
    cpu: "Example CPU", cores: 2, operatingSystem: "Debian GNU/Linux 12", kernel: "Linux 6.1.0",
    placement: "one CPU", buildMode: .optimised, seed: Seed(1), profile: "quick",
    startedAt: "2024-03-01T12:00:00Z")

  private static let study = """
    {"standard": {"test_type": "standard",
      "async_results": [{"count": 10, "operations_per_second": {"mean": 3801.29}}],
      "sync_results": [{"count": 10, "operations_per_second": {"mean": 3451.66}}], "comparison": []}}
    """

  /// A folder with a run's report, which has no cases, and one in the study's layout.
  private static func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let report = try JSONReportWriter().text(BenchmarkReport(environment: environment, cases: []))
    try AtomicFile.write(report, to: "\(folder)/report.json")
    try AtomicFile.write(study, to: "\(folder)/study.json")
    try await body(folder)
  }

  @Test("writes every format to standard output, to a file and into a folder, and the same everywhere")
  func everywhere() async throws {
    try await Self.inFolder { folder in
      for form in ReportForm.allValueStrings where form != StudyExport.name {
        let arguments = ["\(folder)/report.json", "--format", form]
        let shown = try await Self.run(arguments)
        #expect(shown.exitCode == 0, "\(form): \(shown.error)")
        let file = "\(folder)/new/\(form)"
        let written = try await Self.run(arguments + ["--to", file])
        #expect(written.exitCode == 0 && written.output == "", "\(form): \(written.error)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == shown.output)
        let filed = try await Self.run(arguments + ["--to", "\(folder)/files/"])
        #expect(filed.exitCode == 0, "\(form): \(filed.error)")
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/files")
      #expect(files.contains("benchmark_report.md") && files.contains("benchmark_report.csv"))
    }
  }

  @Test("names the formats that there are when it is asked for another")
  func unknown() async throws {
    try await Self.inFolder { folder in
      let result = try await Self.run(["\(folder)/report.json", "--format", "criterion"])
      #expect(result.exitCode == 64 && result.output == "")
      #expect(result.error.contains("google-benchmark") && result.error.contains("markdown"))
    }
  }

  @Test(
    "says in one line of some hundred characters what is wrong with a file, whatever that and its name hold")
  func wrong() async throws {
    try await Self.inFolder { folder in
      let path = "\(folder)/two\nlines.json"
      let started = Self.environment.startedAt
      let report = try String(contentsOfFile: "\(folder)/report.json", encoding: .utf8)
      let mode = try #require(report.firstMatch(of: /"buildMode" : "[a-z]+"/))
      for text in [
        "no report",
        report.replacing(mode.output, with: "\"buildMode\" : \"\(String(repeating: "x", count: 50_000))\""),
        report.replacing(started, with: "\n"),
      ] {
        try AtomicFile.write(text, to: path)
        let result = try await Self.run([path])
        #expect(result.exitCode == 1 && result.output == "")
        #expect(result.error.split(separator: "\n").count == 1 && result.error.count < 600, "\(result.error)")
        #expect(result.error.contains("two\\nlines.json"), "\(result.error)")
      }
    }
  }

  @Test("says what the study's layout lacks, in a report and of the study")
  func lacking() async throws {
    try await Self.inFolder { folder in
      let report = try await Self.run(["\(folder)/report.json", "--format", "study"])
      #expect(report.exitCode == 1 && report.error.contains("async with sync"), "\(report.error)")
      let study = try await Self.run(["\(folder)/study.json", "--format", "hgrm"])
      #expect(study.exitCode == 1 && study.error.contains("no rounds and no latencies"), "\(study.error)")
    }
  }

  @Test("shows a file in the study's layout, with the sentence that its numbers carry no interval")
  func studyLayout() async throws {
    try await Self.inFolder { folder in
      for form in ["table", "markdown"] {
        let shown = try await Self.run(["\(folder)/study.json", "--format", form])
        #expect(shown.exitCode == 0 && shown.output.contains("+10.13 %"), "\(shown.error)")
        #expect(shown.output.contains("carry no interval"))
      }
      let again = try await Self.run(["\(folder)/study.json", "--format", "study"])
      #expect(again.exitCode == 0 && again.output.contains("\"async_wins\": 1"), "\(again.error)")
    }
  }

  @Test(
    "says of a file that it can't read what is wrong and what to give, and lets nothing of it steer a terminal"
  )
  func unreadable() async throws {
    try await Self.inFolder { folder in
      let report = try String(contentsOfFile: "\(folder)/report.json", encoding: .utf8)
      let broken =
        [
          (report.prefix(200), "it is no JSON, or cut short"), ("{}", "has no key \"schemaVersion\""),
          (report.replacing("\"quick\"", with: "7")[...], "environment.profile is of another type"),
          (report.replacing("\"optimised\"", with: "\"\\u001b[2J\\n::error::owned\"")[...], "buildMode"),
          (try Self.baseline[...], "This is a baseline"),
        ] as [(Substring, String)]
      for (text, words) in broken {
        try AtomicFile.write(String(text), to: "\(folder)/broken.json")
        let result = try await Self.run(["\(folder)/broken.json"])
        #expect(result.exitCode == 1 && result.error.contains(words), "\(result.error)")
        #expect(!result.error.contains("\u{1B}") && !result.error.contains("\n::"), "\(result.error)")
        #expect(!result.error.contains("CodingKeys"), "\(result.error)")
      }
    }
  }

  @Test("writes a history and a study under names of their own, so that none replaces a run's report")
  func names() async throws {
    try await Self.inFolder { folder in
      _ = try await Self.run(["\(folder)/study.json", "--format", "html", "--to", "\(folder)/out/"])
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out")
      #expect(files == ["benchmark_study.html"])
    }
  }

  @Test("replaces no device by a file")
  func device() async throws {
    try await Self.inFolder { folder in
      let result = try await Self.run(["\(folder)/report.json", "--to", "/dev/null"])
      #expect(
        result.exitCode == 1 && result.error.contains("/dev/null is no regular file"), "\(result.error)")
      var status = stat()
      #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }
  }
}
