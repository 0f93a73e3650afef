import PGBenchHost
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// The git repository that the benchmarked package lies in.
struct Git: Sendable {
  /// The repository's uppermost folder.
  let root: String
  /// Where the package lies in it: empty, or such as `Examples/Shop/`.
  let prefix: String

  /// Finds the repository of a folder.
  init(around folder: String) async throws {
    let root = try await Self.run(["rev-parse", "--show-toplevel"], in: folder)
    guard !root.isEmpty else {
      throw GateFailure(.gitFailed, "\(folder) is in a git repository without files.")
    }
    self.root = root
    prefix = try await Self.run(["rev-parse", "--show-prefix"], in: folder)
    guard FileProbe.machine.text("\(root)/\(prefix)Package.swift") != nil else {
      throw GateFailure(
        .gitFailed, "\(folder) has no Package.swift: run the command in the folder of the package.")
    }
  }

  /// The full hash of a commit.
  func commit(_ name: String) async throws -> String {
    do {
      return try await Self.run(["rev-parse", "--verify", "--end-of-options", "\(name)^{commit}"], in: root)
    } catch let failure as GateFailure {
      throw GateFailure(
        .gitFailed,
        "git knows no commit \(name): fetch it first, such as with `git fetch origin main`. \(failure)")
    }
  }

  /// The commit where a branch left another: the base that its changes are changes of.
  func mergeBase(_ base: String, _ head: String) async throws -> String {
    do {
      return try await Self.run(["merge-base", base, head], in: root)
    } catch {
      throw GateFailure(
        .gitFailed,
        """
        \(base.prefix(10)) and \(head.prefix(10)) have no common ancestor here. A shallow clone may lack it: \
        `git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout.
        """)
    }
  }

  /// The first line of a commit's message.
  func subject(of commit: String) async throws -> String {
    try await Self.run(["log", "-1", "--format=%s", commit], in: root)
  }

  /// Whether files differ from the last commit.
  func hasChanges() async throws -> Bool {
    try await !Self.run(["status", "--porcelain", "--untracked-files=no"], in: root).isEmpty
  }

  /// Checks a commit out into a folder of its own.
  func addWorktree(_ folder: String, at commit: String) async throws {
    _ = try await Self.run(["worktree", "prune"], in: root)
    _ = try await Self.run(["worktree", "add", "--quiet", "--force", "--detach", folder, commit], in: root)
  }

  /// Forgets a folder, and removes it.
  func removeWorktree(_ folder: String) async {
    _ = try? await Self.run(["worktree", "remove", "--force", "--force", folder], in: root)
  }

  private static func run(_ arguments: [String], in folder: String) async throws -> String {
    let (output, complaint, isSuccess): (String, String, Bool)
    do {
      let result = try await Subprocess.run(
        .name("git"), arguments: Arguments(arguments), workingDirectory: FilePath(folder),
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
      (output, complaint, isSuccess) = (
        result.standardOutput, result.standardError, result.terminationStatus.isSuccess
      )
    } catch {
      throw GateFailure(.gitFailed, "git can't be run: \(error)")
    }
    guard isSuccess else {
      throw GateFailure(.gitFailed, "git \(arguments.first ?? "") failed: \(complaint.trimmed)")
    }
    return output.trimmed
  }
}

extension String {
  /// Without the line breaks at the end.
  var trimmed: String {
    var text = self[...]
    while let last = text.last, last.isNewline { text.removeLast() }
    return String(text)
  }
}
