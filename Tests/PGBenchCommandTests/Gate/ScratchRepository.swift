import PGSystem
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

  /// Makes a repository for `body`; what is made beside it is gone in the end, too.
  static func with(_ body: (ScratchRepository) async throws -> Void) async throws {
    try await ScratchFolder.with { folder in try await body(made(at: "\(folder)/origin")) }
  }

  /// Makes a repository in a folder, which is made as well.
  static func made(at folder: String) async throws -> ScratchRepository {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let repository = ScratchRepository(folder: folder)
    try await repository.git("init", "--quiet", "--initial-branch=main")
    return repository
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
    try await git("commit", "--quiet", "--allow-empty", "--message", message)
    return try await git("rev-parse", "HEAD")
  }

  /// Runs git, and answers the first line that it printed.
  @discardableResult
  func git(_ arguments: String..., environment: [String: String] = [:]) async throws -> String {
    try await lines(of: arguments, environment: environment).first ?? ""
  }

  /// Runs git, and answers the lines that it printed.
  func lines(_ arguments: String...) async throws -> [String] {
    try await lines(of: arguments, environment: [:])
  }

  private func lines(of arguments: [String], environment: [String: String]) async throws -> [String] {
    var variables: [Environment.Key: String?] = [:]
    for (name, value) in environment { variables[try #require(Environment.Key(rawValue: name))] = value }
    let result = try await run(
      .name("git"), arguments: Arguments(Self.settings + arguments),
      environment: .inherit.updating(variables),
      workingDirectory: FilePath(folder), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    #expect(result.terminationStatus.isSuccess, "\(arguments): \(result.standardError)")
    return result.standardOutput.split(separator: "\n").map(String.init)
  }

  /// An author for whom nobody has to be asked, and submodules of this machine.
  private static let settings = [
    "user.name=Tests", "user.email=tests@localhost", "protocol.file.allow=always", "commit.gpgSign=false",
  ].flatMap { ["-c", $0] }
}

/// A folder that is gone in the end.
enum ScratchFolder {
  /// Makes a folder for `body`, and hands over its path without symbolic links, as git has it.
  static func with(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(try #require(FileProbe.machine.resolved(folder)))
  }
}
