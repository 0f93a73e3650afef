import Foundation
import Subprocess
import Testing

@testable import PGBenchCommand

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A run of the real command `pgbench-kit gate`, in a process of its own.
struct GateProcess {
  let exitCode: Int32?
  let output: String

  /// Where SwiftPM puts the command: beside the tests.
  static var program: String {
    let given = CommandLine.arguments
    let tests = given.firstIndex(of: "--test-bundle-path").map { given[$0 + 1] } ?? given[0]
    let bundle = tests.range(of: ".xctest").map { String(tests[..<$0.upperBound]) } ?? tests
    return "\(bundle.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" })/pgbench-kit"
  }

  /// Runs it, and waits for its end.
  ///
  /// - Parameter folder: Where it runs.
  /// - Parameter cache: Where its builds go.
  /// - Parameter environment: Changes to this process's environment; nil removes a variable.
  static func run(
    _ arguments: String..., in folder: String, cache: String, environment: [String: String?] = [:]
  ) async throws -> GateProcess {
    try await run(arguments, in: folder, cache: cache, environment: environment)
  }

  /// Runs it, and waits for its end.
  static func run(
    _ arguments: [String], in folder: String, cache: String, environment: [String: String?] = [:]
  ) async throws -> GateProcess {
    var variables: [Environment.Key: String?] = [:]
    let own: [String: String?] = ["XDG_CACHE_HOME": cache]
    for (name, value) in own.merging(environment, uniquingKeysWith: { $1 }) {
      variables[try #require(Environment.Key(rawValue: name))] = value
    }
    let result = try await Subprocess.run(
      .path(FilePath(program)), arguments: Arguments(["gate"] + arguments),
      environment: .inherit.updating(variables), workingDirectory: FilePath(folder),
      output: .string(limit: 4 << 20), error: .combinedWithOutput)
    let code: Int32? = if case .exited(let code) = result.terminationStatus { Int32(code) } else { nil }
    return GateProcess(exitCode: code, output: result.standardOutput)
  }
}
