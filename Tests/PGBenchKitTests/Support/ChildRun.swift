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
  let exitCode: Int32?
  let output: String
  let reportFolder: String

  /// Runs the tests that a filter names and waits for the end.
  ///
  /// The report goes to a folder of its own, which `body` may look into and which is gone afterwards.
  static func of<Answer>(
    _ filter: String, arguments more: [String] = [], environment: [String: String] = [:],
    _ body: (ChildRun) throws -> Answer
  ) async throws -> Answer {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var variables = environment
    variables["PGBENCH_REPORT_DIR"] = folder
    variables["PGBENCH_PROFILE"] = environment["PGBENCH_PROFILE"] ?? "smoke"
    variables["PGBENCH_SCENARIO"] = "1"
    var changes: [Environment.Key: String?] = [:]
    for (name, value) in variables { changes[try #require(Environment.Key(rawValue: name))] = value }
    let result = try await run(
      .path(FilePath(CommandLine.arguments[0])), arguments: Arguments(arguments(filter) + more),
      environment: .inherit.updating(changes),
      output: .string(limit: 4 << 20), error: .combinedWithOutput)
    let code: Int32? = if case .exited(let code) = result.terminationStatus { Int32(code) } else { nil }
    return try body(ChildRun(exitCode: code, output: result.standardOutput, reportFolder: folder))
  }

  /// The arguments that `swift test` starts the program with, but with another filter.
  private static func arguments(_ filter: String) -> [String] {
    let given = CommandLine.arguments
    // On Apple's systems a helper loads the tests from a bundle that it is told of.
    let bundle = given.firstIndex(of: "--test-bundle-path").map { Array(given[$0...].prefix(2)) } ?? []
    return bundle + ["--testing-library", "swift-testing", "--filter", filter]
  }
}
