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

/// A git repository in a folder of its own, which is gone in the end.
struct ScratchRepository {
  let folder: String

  /// Makes a repository for `body`.
  static func with(_ body: (ScratchRepository) async throws -> Void) async throws {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let repository = ScratchRepository(folder: try #require(try? FileManager.default.realPath(folder)))
    try await repository.git("init", "--quiet", "--initial-branch=main")
    try await body(repository)
  }

  /// Writes a file, with the folders on the way.
  func write(_ text: String, to path: String) throws {
    let url = URL(filePath: "\(folder)/\(path)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  /// Commits all files, and answers the commit's hash.
  @discardableResult
  func commit(_ message: String) async throws -> String {
    try await git("add", "--all")
    try await git(
      "-c", "user.name=Tests", "-c", "user.email=tests@localhost", "commit", "--quiet", "--allow-empty",
      "--message", message)
    return try await git("rev-parse", "HEAD")
  }

  /// Runs git, and answers what it printed.
  @discardableResult
  func git(_ arguments: String...) async throws -> String {
    let result = try await run(
      .name("git"), arguments: Arguments(arguments), workingDirectory: FilePath(folder),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    #expect(result.terminationStatus.isSuccess, "\(arguments): \(result.standardError)")
    return result.standardOutput.split(separator: "\n").first.map(String.init) ?? ""
  }
}

extension FileManager {
  /// The path without symbolic links, as git has it.
  fileprivate func realPath(_ path: String) throws -> String {
    let current = URL(filePath: path).resolvingSymlinksInPath().path()
    return current.hasSuffix("/") ? String(current.dropLast()) : current
  }
}
