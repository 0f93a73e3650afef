import Foundation
import PGBenchCore
import PGBenchHost

/// Builds the test program of a commit, or finds it built.
struct CommitBuild: Sendable {
  let git: Git
  let cache: BuildCache
  let configuration: BuildConfiguration
  let say: @Sendable (String) -> Void

  /// The test program, and the folder of its package.
  struct Product: Sendable {
    let slot: BuildSlot
    let folder: String
    let program: String
  }

  /// - Parameter side: Whose build fails, for the exit code.
  func product(of commit: String, for side: DuelSide) async throws -> Product {
    let slot = try await cache.slot(commit, configuration: configuration)
    do {
      let folder = "\(slot.path)/\(git.prefix)"
      if let program = FileProbe.machine.text(slot.mark)?.trimmed, FileProbe.machine.isExecutable(program) {
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: slot.path + ".lock")
        say("\(side.rawValue) \(commit.prefix(10)): built already")
        return Product(slot: slot, folder: folder, program: program)
      }
      // What lies there is of a build that was given up.
      await git.removeWorktree(slot.path)
      try? FileManager.default.removeItem(atPath: slot.path)
      try await git.addWorktree(slot.path, at: commit)
      keepResolvedVersions(in: folder)
      try await build(folder, of: side, commit: commit)
      let program = try await program(in: folder, of: side)
      try program.write(toFile: slot.mark, atomically: true, encoding: .utf8)
      return Product(slot: slot, folder: folder, program: program)
    } catch {
      slot.lock.unlock()
      throw error
    }
  }

  /// Gives a commit that records no versions of its dependencies those of the working copy, so that both sides have the same.
  private func keepResolvedVersions(in folder: String) {
    let name = "Package.resolved"
    guard !FileManager.default.fileExists(atPath: "\(folder)/\(name)") else { return }
    try? FileManager.default.copyItem(
      atPath: "\(git.root)/\(git.prefix)\(name)", toPath: "\(folder)/\(name)")
  }

  private func build(_ folder: String, of side: DuelSide, commit: String) async throws {
    say("\(side.rawValue) \(commit.prefix(10)): building …")
    let start = MonotonicClock.now()
    let log = "\(folder)/.pgbenchkit-build.log"
    let code = try await run(["build", "--build-tests"] + options, in: folder, log: log)
    let text = FileProbe.machine.text(log) ?? ""
    guard code == 0 else {
      let errors = text.split(separator: "\n").filter { $0.contains("error:") }
      let shown = errors.isEmpty ? text.split(separator: "\n").suffix(20) : errors.prefix(20)
      throw GateFailure(
        side == .base ? .baseDoesNotBuild : .headDoesNotBuild,
        "The \(side.rawValue), \(commit.prefix(10)), does not build (exit code \(code)):\n"
          + shown.joined(separator: "\n") + "\nThe whole log: \(log)")
    }
    say("\(side.rawValue) \(commit.prefix(10)): built in \((MonotonicClock.now() - start) / 1_000_000_000) s")
  }

  /// A release build leaves out what `@testable import` needs, unless it is told otherwise.
  private var options: [String] {
    ["-c", configuration.rawValue]
      + (configuration == .release ? ["-Xswiftc", "-enable-testing"] : [])
  }

  private func program(in folder: String, of side: DuelSide) async throws -> String {
    let log = "\(folder)/.pgbenchkit-path.log"
    _ = try await run(["build", "--show-bin-path"] + options, in: folder, log: log)
    let lines = (FileProbe.machine.text(log) ?? "").split(separator: "\n")
    guard let binaries = lines.last(where: { $0.hasPrefix("/") }).map(String.init),
      let bundle = FileProbe.machine.names(binaries).first(where: { $0.hasSuffix(".xctest") })
    else {
      throw GateFailure(
        .noBenchmarks, "The \(side.rawValue) has no tests: a benchmark is a test of Swift Testing.")
    }
    #if canImport(Darwin)
      return "\(binaries)/\(bundle)/Contents/MacOS/\(bundle.dropLast(".xctest".count))"
    #else
      return "\(binaries)/\(bundle)"
    #endif
  }

  private func run(_ arguments: [String], in folder: String, log: String) async throws -> Int32 {
    try? FileManager.default.removeItem(atPath: log)
    let process = try SupervisedProcess(["swift"] + arguments, in: folder, log: log)
    return await withTaskCancellationHandler {
      await process.exitCode()
    } onCancel: {
      process.end()
    }
  }
}
