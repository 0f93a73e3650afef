import Foundation
import PGSystem
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// How commits are built: all that a build depends on besides the commit's own files.
struct BuildRecipe: Sendable {
  let configuration: BuildConfiguration
  /// What is run in a package's folder before it is built, by /bin/sh; nil if nothing is.
  var preparation: String?
  /// The variables that the build has of the caller's environment.
  let environment: [String: String]
  /// Those that were asked for by name.
  var passed: [String] = []
  /// What the compiler says that it is.
  let toolchain: String

  /// The options of `swift build`.
  ///
  /// A release build leaves out what `@testable import` needs, unless it is told otherwise.
  var options: [String] {
    ["-c", configuration.rawValue]
      + (configuration == .release ? ["-Xswiftc", "-enable-testing"] : [])
  }

  /// What a build by another recipe has another of.
  ///
  /// - Parameter resolved: The versions of dependencies that are lent to a commit which records none.
  func key(resolved: String?) -> String {
    let variables = passed.sorted().map { "\($0)=\(environment[$0] ?? "")" }
    let parts = [toolchain, preparation ?? "", resolved ?? ""] + variables
    // Each part with its length, so that no two lists of parts are the same text.
    let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
    return "\(configuration.rawValue)-\(String(Seed(0).derived(text).value, radix: 16))"
  }
}

extension BuildRecipe {
  /// Asks the toolchain.
  init(
    configuration: BuildConfiguration, preparation: String? = nil, environment: [String: String],
    passed: [String] = [], in folder: String
  ) async throws {
    let toolchain: String
    do {
      let result = try await Subprocess.run(
        .name("swift"), arguments: ["--version"], environment: .custom(variables: environment),
        workingDirectory: FilePath(folder), output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
      guard result.terminationStatus.isSuccess else {
        try Task.checkCancellation()
        throw GateFailure(
          .machineRefused,
          "`swift --version` failed: \(result.standardError.trimmed)\(result.standardOutput.trimmed)")
      }
      toolchain = result.standardOutput.trimmed
    } catch let failure as GateFailure {
      throw failure
    } catch {
      try Task.checkCancellation()
      guard SearchPath.has("swift", in: environment) else {
        throw GateFailure(
          .machineRefused,
          "There is no swift in PATH, which is needed to build the commits: add the folder of the toolchain's programs to PATH."
        )
      }
      throw GateFailure(.machineRefused, "swift can't be run: \(error)")
    }
    self.init(
      configuration: configuration, preparation: preparation, environment: environment, passed: passed,
      toolchain: toolchain)
  }
}

/// SwiftPM's configurations.
enum BuildConfiguration: String, Sendable, CaseIterable {
  case release, debug
}
