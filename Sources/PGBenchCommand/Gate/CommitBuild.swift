import Foundation
import PGServer
import PGSystem
import PGVerdicts
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Builds the test program of a commit, or finds it built.
struct CommitBuild: Sendable {
  let git: Git
  let recipe: BuildRecipe
  let say: @Sendable (String) -> Void
  var progress = ProgressLine.none

  /// A commit's sources in its slot.
  struct Sources: Sendable {
    let side: CommitSide
    let commit: String
    let slot: BuildSlot

    /// How it is called in messages.
    var name: String { "\(side.rawValue) \(commit.prefix(10))" }
  }

  /// The test programs, and the folder of their package.
  struct Product: Sendable {
    let slot: BuildSlot
    let folder: String
    /// One of all test targets, or, from SwiftPM's build system `swiftbuild`, one of each.
    let programs: [String]
  }

  /// The folders of commits in a cache, locked.
  func slots(of commits: Set<String>, in cache: BuildCache) async throws -> [String: BuildSlot] {
    var keys: [String: String] = [:]
    for commit in commits { keys[commit] = recipe.key(resolved: await lentVersions(to: commit)) }
    return try await cache.slots(keys)
  }

  /// Checks a commit out, unless it is built already.
  func checkOut(_ commit: String, for side: CommitSide, in slot: BuildSlot) async throws -> Sources {
    let sources = Sources(side: side, commit: commit, slot: slot)
    guard slot.programs == nil else { return sources }
    try slot.clear()
    try await Checkout(git: git.command.fetching).make(commit, of: git, in: slot.sources)
    try checkPackage(of: sources)
    let resolved = "\(folder(of: slot))/\(Self.resolvedVersions)"
    if !FileManager.default.fileExists(atPath: resolved) {
      try await lentVersions(to: commit)?.write(toFile: resolved, atomically: true, encoding: .utf8)
    }
    return sources
  }

  /// Builds what was checked out.
  ///
  /// - Throws: `GateFailure` with the compiler's errors.
  func product(of sources: Sources) async throws -> Product {
    let slot = sources.slot
    let folder = folder(of: slot)
    if let programs = slot.programs {
      try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: slot.path + ".lock")
      say("\(sources.name): built already")
      return Product(slot: slot, folder: folder, programs: programs)
    }
    try await prepare(folder, sources)
    try await build(folder, sources)
    let programs = try await programs(in: folder, sources)
    try programs.joined(separator: "\n").write(toFile: slot.mark, atomically: true, encoding: .utf8)
    return Product(slot: slot, folder: folder, programs: programs)
  }

  private func folder(of slot: BuildSlot) -> String { "\(slot.sources)/\(git.prefix)" }

  /// Throws if a commit has no package where the working copy has it, or leads a build out of the checkout.
  private func checkPackage(of sources: Sources) throws(GateFailure) {
    let place = git.prefix.isEmpty ? "" : "/\(git.prefix.dropLast())"
    let whole = FileProbe.machine.resolved(sources.slot.sources).map { $0 + place }
    let real = FileProbe.machine.resolved(sources.slot.sources + place)
    let reason: GateFailure.Reason = sources.side == .base ? .baseDoesNotBuild : .headDoesNotBuild
    let commit = "The \(sources.side.rawValue), \(sources.commit.prefix(10)),"
    guard let real, FileProbe.machine.text("\(real)/Package.swift") != nil else {
      throw GateFailure(
        reason,
        """
        \(commit) has no Package.swift in \
        \(git.prefix.isEmpty ? "its uppermost folder" : "the folder \(git.prefix)"), where this command \
        was started: name a commit that has the package there.
        """)
    }
    guard real == whole else {
      throw GateFailure(
        reason,
        """
        \(commit) has a symbolic link on the way to \(git.prefix): it leads to \(real), and a build would \
        write there. Name a commit in which it is a folder.
        """)
    }
  }

  private static let resolvedVersions = "Package.resolved"

  /// The versions of dependencies that the working copy has, for a commit that records none, so that both
  /// sides have the same.
  private func lentVersions(to commit: String) async -> String? {
    guard await !git.has(Self.resolvedVersions, in: commit) else { return nil }
    return FileProbe.machine.text("\(git.root)/\(git.prefix)\(Self.resolvedVersions)")
  }

  private func prepare(_ folder: String, _ sources: Sources) async throws {
    guard let command = recipe.preparation else { return }
    say("\(sources.name): preparing …")
    let code = try await run(["/bin/sh", "-c", command], in: folder, sources)
    guard code == 0 else {
      throw failure(
        sources, "can't be prepared: `\(command)` ended with exit code \(code)",
        showing: lines(of: sources.slot.log).suffix(20))
    }
  }

  private func build(_ folder: String, _ sources: Sources) async throws {
    say("\(sources.name): building …")
    let start = MonotonicClock.now()
    let code = try await run(
      ["swift", "build", "--build-tests"] + options(for: sources.slot), in: folder, sources)
    guard code == 0 else {
      let lines = lines(of: sources.slot.log)
      let errors = lines.filter { $0.contains("error:") }
      throw failure(
        sources, "does not build (exit code \(code))",
        showing: errors.isEmpty ? lines.suffix(20) : errors.prefix(20))
    }
    say("\(sources.name): built in \((MonotonicClock.now() - start) / 1_000_000_000) s")
  }

  private func options(for slot: BuildSlot) -> [String] { recipe.options + ["--scratch-path", slot.build] }

  private func failure(_ sources: Sources, _ what: String, showing lines: ArraySlice<String>) -> GateFailure {
    GateFailure(
      sources.side == .base ? .baseDoesNotBuild : .headDoesNotBuild,
      """
      The \(sources.side.rawValue), \(sources.commit.prefix(10)), \(what):
      \(lines.joined(separator: "\n"))
      The whole log: \(sources.slot.log)
      Builds have the usual variables of the environment only; --pass-env NAME hands over another.
      """)
  }

  private func programs(in folder: String, _ sources: Sources) async throws -> [String] {
    _ = try await run(
      ["swift", "build", "--show-bin-path"] + options(for: sources.slot), in: folder, sources)
    let binaries = lines(of: sources.slot.log).last { $0.hasPrefix("/") }
    let programs = binaries.map { TestProgram.all(in: $0, FileProbe.machine.names($0)) } ?? []
    guard !programs.isEmpty else {
      throw GateFailure(
        .noBenchmarks, "The \(sources.side.rawValue) has no tests: a benchmark is a test of Swift Testing.")
    }
    return programs
  }

  private func lines(of log: String) -> ArraySlice<String> {
    LogTail.text(of: log, bytes: 64 << 20).split(separator: "\n").map(String.init)[...]
  }

  /// Runs a command, shows how far it has come, and returns its exit code.
  private func run(_ command: [String], in folder: String, _ sources: Sources) async throws -> Int32 {
    let log = sources.slot.log
    try? FileManager.default.removeItem(atPath: log)
    let process = try SupervisedProcess(
      command, in: folder, inheriting: recipe.environment, log: log)
    let showing = Task { await progress.follow(log, named: sources.name) }
    let code = await withTaskCancellationHandler {
      await process.exitCode()
    } onCancel: {
      process.end()
    }
    showing.cancel()
    await showing.value
    try Task.checkCancellation()
    return code
  }
}

/// How commits are built: all that a build depends on besides the commit's own files.
struct BuildRecipe: Sendable {
  let configuration: BuildConfiguration
  /// SwiftPM's build system; nil for its own choice.
  var buildSystem: String?
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
    ["-c", configuration.rawValue] + (buildSystem.map { ["--build-system", $0] } ?? [])
      + (configuration == .release ? ["-Xswiftc", "-enable-testing"] : [])
  }

  /// What a build by another recipe has another of.
  ///
  /// - Parameter resolved: The versions of dependencies that are lent to a commit which records none.
  func key(resolved: String?) -> String {
    let variables = passed.sorted().map { "\($0)=\(environment[$0] ?? "")" }
    let parts = [toolchain, preparation ?? "", resolved ?? "", buildSystem ?? ""] + variables
    // Each part with its length, so that no two lists of parts are the same text.
    let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
    return "\(configuration.rawValue)-\(String(Seed(0).derived(text).value, radix: 16))"
  }
}

extension BuildRecipe {
  /// Asks the toolchain.
  init(
    configuration: BuildConfiguration, buildSystem: String? = nil, preparation: String? = nil,
    environment: [String: String], passed: [String] = [], in folder: String
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
          "There is no swift in PATH, which is needed to build the commits: add the folder of the "
            + "toolchain's programs to PATH."
        )
      }
      throw GateFailure(.machineRefused, "swift can't be run: \(error)")
    }
    self.init(
      configuration: configuration, buildSystem: buildSystem, preparation: preparation,
      environment: environment, passed: passed, toolchain: toolchain)
  }
}

/// SwiftPM's configurations.
enum BuildConfiguration: String, Sendable, CaseIterable {
  case release, debug
}
