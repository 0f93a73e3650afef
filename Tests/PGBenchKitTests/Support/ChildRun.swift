import PGBenchKit
import PGReporting
import Subprocess
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A run of this very test program in a child process, for what only a whole run shows: its exit code, its output, its
/// files.
struct ChildRun: Sendable {
  /// Nil of one that a signal ended.
  let exitCode: Int32?
  /// The signal that ended it, if one did.
  let signal: Int32?
  let output: String
  let reportFolder: String

  /// Runs the tests that a filter names and waits for the end.
  ///
  /// The report goes to a folder of its own, which `body` may look into and which is gone afterwards, or to the one that the
  /// environment names.
  ///
  /// - Parameter script: A script of the shell's that runs it, as `"$0" "$@"`.
  static func of<Answer>(
    _ filter: String, arguments more: [String] = [], environment: [String: String] = [:],
    through script: String? = nil,
    _ body: (ChildRun) throws -> Answer
  ) async throws -> Answer {
    let given = environment["PGBENCH_REPORT_DIR"]
    let folder = given ?? "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { if given == nil { try? FileManager.default.removeItem(atPath: folder) } }
    var variables = environment
    variables["PGBENCH_REPORT_DIR"] = folder
    variables["PGBENCH_PROFILE"] = environment["PGBENCH_PROFILE"] ?? "smoke"
    variables["PGBENCH_SCENARIO"] = "1"
    var changes: [Environment.Key: String?] = [:]
    for (name, value) in variables { changes[try #require(Environment.Key(rawValue: name))] = value }
    let program = CommandLine.arguments[0]
    let result = try await run(
      .path(FilePath(script == nil ? program : "/bin/sh")),
      arguments: Arguments((script.map { ["-c", $0, program] } ?? []) + arguments(filter) + more),
      environment: .inherit.updating(changes),
      output: .string(limit: 4 << 20), error: .combinedWithOutput)
    let code: Int32? = if case .exited(let code) = result.terminationStatus { Int32(code) } else { nil }
    let signal: Int32? =
      if case .signaled(let number) = result.terminationStatus { Int32(number) } else { nil }
    return try body(
      ChildRun(exitCode: code, signal: signal, output: result.standardOutput, reportFolder: folder))
  }

  /// The report that the run left.
  func report() throws -> BenchmarkReport {
    try JSONReportWriter().report(
      from: String(contentsOfFile: "\(reportFolder)/benchmark_report.json", encoding: .utf8))
  }

  /// The same for people.
  func markdown() throws -> String {
    try String(contentsOfFile: "\(reportFolder)/benchmark_report.md", encoding: .utf8)
  }

  /// The arguments that `swift test` starts the program with, but with another filter.
  private static func arguments(_ filter: String) -> [String] {
    let given = CommandLine.arguments
    // On Apple's systems a helper loads the tests from a bundle that it is told of.
    let bundle = given.firstIndex(of: "--test-bundle-path").map { Array(given[$0...].prefix(2)) } ?? []
    return bundle + ["--testing-library", "swift-testing", "--filter", filter]
  }
}
