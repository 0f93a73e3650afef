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

/// The commands that show files, as real processes whose output goes somewhere.
@Suite("Commands that print")
struct PrintingTests {
  /// Runs the command, in a script of the shell's in which it is `"$0" "$@"`.
  private static func run(
    _ arguments: [String], through script: String = "\"$0\" \"$@\""
  ) async throws -> (exitCode: Int32?, output: String) {
    let result = try await Subprocess.run(
      .path("/bin/sh"), arguments: Arguments(["-c", script, GateProcess.program] + arguments),
      output: .string(limit: 1 << 20), error: .combinedWithOutput)
    let code: Int32? = if case .exited(let code) = result.terminationStatus { Int32(code) } else { nil }
    return (code, result.standardOutput)
  }

  /// A folder with a report, a baseline and a folder that is called like one.
  private static func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let environment = ReportEnvironment(
      cpu: "Example CPU", cores: 2, operatingSystem: "Debian GNU/Linux 12", kernel: "Linux 6.1.0",
      placement: "one CPU", buildMode: .optimised, seed: Seed(1), profile: "quick",
      startedAt: "2024-03-01T12:00:00Z")
    let report = try JSONReportWriter().text(
      BenchmarkReport(environment: environment, cases: [], incomplete: "SIGTERM interrupted it"))
    try AtomicFile.write(report, to: "\(folder)/report.json")
    let main = try BaselineFile(name: "main", folder: "\(folder)/baselines")
    try main.write(Baseline(fingerprint: Fingerprint(of: environment), cases: []))
    try FileManager.default.createDirectory(
      atPath: "\(folder)/baselines/d.json/inside", withIntermediateDirectories: true)
    try await body(folder)
  }

  private static func commands(in folder: String) -> [[String]] {
    let (report, baselines) = ("\(folder)/report.json", ["--folder", "\(folder)/baselines"])
    return ["table", "markdown", "json"].map { ["report", report, "--format", $0] } + [
      ["compare", report, "\(folder)/baselines/main.json"], ["baseline", "list"] + baselines,
      ["baseline", "show", "main"] + baselines, ["baseline", "delete", "main"] + baselines,
    ]
  }

  @Test("succeed when all is written, and warn of a run that isn't whole")
  func printing() async throws {
    try await Self.inFolder { folder in
      for command in Self.commands(in: folder) {
        let (code, output) = try await Self.run(command)
        #expect(code == 0 && !output.isEmpty, "\(command): \(output)")
        if command[0] == "report" || command[0] == "compare" {
          #expect(output.contains("SIGTERM interrupted it"), "\(command): \(output)")
        }
      }
    }
  }

  @Test("fail when their output can't be written, and say why")
  func full() async throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    try await Self.inFolder { folder in
      for command in Self.commands(in: folder) {
        let (code, output) = try await Self.run(command, through: "\"$0\" \"$@\" > /dev/full")
        #expect(code == 1, "\(command)")
        #expect(
          output.contains("The output could not be written: No space left on device."),
          "\(command): \(output)")
      }
    }
  }

  @Test("refuse a file without an end, and what is no report, in a line that says what to give")
  func endless() async throws {
    let zero = try await Self.run(["report", "/dev/zero"])
    #expect(zero.exitCode == 1 && zero.output.contains("/dev/zero has more than 256 MB"), "\(zero.output)")
    let folder = try await Self.run(["report", "/tmp"])
    #expect(folder.exitCode == 1 && folder.output.contains("/tmp is a folder. Give a benchmark_report.json"))
  }

  @Test("delete baselines, and no folder that is called like one")
  func delete() async throws {
    try await Self.inFolder { folder in
      let (code, output) = try await Self.run(["baseline", "delete", "d", "--folder", "\(folder)/baselines"])
      #expect(code == 1 && output.contains("d.json is no regular file"), "\(output)")
      #expect(FileManager.default.fileExists(atPath: "\(folder)/baselines/d.json/inside"))
    }
  }
}
