import Foundation
import PGBenchCore
import PGBenchHost
import PGDriver

/// The commits that were built, each with its sources and its build in a folder of its own.
struct BuildCache: Sendable {
  /// Where a repository's commits are.
  let folder: String

  /// How many commits are kept that no duel uses.
  static let kept = 8

  /// Chooses the folder: in XDG_CACHE_HOME, or in the user's own cache.
  init(for git: Git, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let home: String
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      home = cache
    } else if let user = environment["HOME"], user.hasPrefix("/") {
      #if canImport(Darwin)
        home = user + "/Library/Caches"
      #else
        home = user + "/.cache"
      #endif
    } else {
      throw GateFailure(
        .machineRefused, "There is no folder for builds: set XDG_CACHE_HOME to one that can be written to.")
    }
    let name = git.root.split(separator: "/").last.map(String.init) ?? "repository"
    folder =
      "\(home)/pgbenchkit/gate/\(name)-\(String(Seed(0).derived(git.root + "/" + git.prefix).value, radix: 16))"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw GateFailure(.machineRefused, "The folder \(folder) can't be made: \(error.localizedDescription)")
    }
  }

  /// The folder of a commit, in nobody else's hands until it is built.
  func slot(_ commit: String, configuration: BuildConfiguration) async throws -> BuildSlot {
    let path = "\(folder)/\(commit)-\(configuration.rawValue)"
    let lock = MachineLock(
      path: path + ".lock",
      taken: "Another pgbenchkit gate is using its build of \(commit.prefix(10)); waiting for it to end.")
    try await lock.lock { Console.standardError("\($0)\n") }
    return BuildSlot(path: path, lock: lock)
  }

  /// Removes the commits that were used least recently, and nobody uses.
  func prune(in git: Git, keeping used: [BuildSlot]) async {
    let files = FileManager.default
    func age(_ path: String) -> Date {
      (try? files.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast
    }
    let locks = FileProbe.machine.names(folder).filter { $0.hasSuffix(".lock") }.map { "\(folder)/\($0)" }
    let others = locks.filter { lock in !used.contains { $0.path + ".lock" == lock } }
    for lock in others.sorted(by: { age($0) > age($1) }).dropFirst(Self.kept) {
      let held = MachineLock(path: lock)
      guard held.lockNow() else { continue }
      let path = String(lock.dropLast(".lock".count))
      await git.removeWorktree(path)
      try? files.removeItem(atPath: path)
      try? files.removeItem(atPath: lock)
      held.unlock()
    }
  }
}

/// A commit's folder in the cache, locked.
struct BuildSlot: Sendable {
  /// The folder with its sources.
  let path: String
  let lock: MachineLock

  /// The file that holds the path of the test program, written when the build is done.
  var mark: String { path + "/.pgbenchkit-built" }
}

/// SwiftPM's configurations.
enum BuildConfiguration: String, Sendable, CaseIterable {
  case release, debug
}
