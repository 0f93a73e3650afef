import PGBenchCore
import PGBenchHost

/// The git repository that the benchmarked package lies in, which is only read.
struct Git: Sendable {
  /// The repository's uppermost folder.
  let root: String
  /// Where the package lies in it: empty, or such as `Examples/Shop/`.
  let prefix: String
  /// Where git keeps it.
  let directory: GitDirectory
  let command: GitCommand

  /// Finds the repository of a folder.
  init(around folder: String, command: GitCommand = GitCommand()) async throws {
    self.command = command
    let root: String
    do {
      root = try await command.run(["rev-parse", "--show-toplevel"], in: folder)
    } catch let failure as GateFailure where SearchPath.has("git", in: command.environment) {
      throw GateFailure(
        .gitFailed,
        "\(folder) can't be compared: \(failure) Commits are compared, so run the command in a clone made by git."
      )
    }
    guard !root.isEmpty else {
      throw GateFailure(.gitFailed, "\(folder) is in a git repository without files.")
    }
    self.root = root
    prefix = try await command.run(["rev-parse", "--show-prefix"], in: folder)
    guard FileProbe.machine.text("\(root)/\(prefix)Package.swift") != nil else {
      throw GateFailure(
        .gitFailed, "\(folder) has no Package.swift: run the command in the folder of the package.")
    }
    let own = try await command.run(["rev-parse", "--absolute-git-dir"], in: root)
    guard let directory = GitDirectory(own) else {
      throw GateFailure(.gitFailed, "\(own) is no repository that can be read: `git fsck` may tell why.")
    }
    self.directory = directory
  }

  /// The name of the repository's folder, which is part of what SwiftPM calls its packages.
  var name: String { root.split(separator: "/").last.map(String.init) ?? "repository" }

  /// The full hash of a commit.
  func commit(_ name: String) async throws -> String {
    do {
      return try await command.run(
        ["rev-parse", "--quiet", "--verify", "--end-of-options", "\(name)^{commit}"], in: root)
    } catch is GateFailure {
      guard await hasCommits else {
        throw GateFailure(
          .gitFailed,
          "There is no commit yet, and commits are what is compared: commit the benchmarks, then what may change their times."
        )
      }
      let remedy =
        await isShallow
        ? Self.shallowRemedy
        : "fetch it first, such as with `git fetch origin main`, or check its name."
      throw GateFailure(.gitFailed, "git knows no commit \(name): \(remedy)")
    }
  }

  /// The commit where a branch left another: the base that its changes are changes of.
  func mergeBase(_ base: String, _ head: String) async throws -> String {
    do {
      return try await command.run(["merge-base", base, head], in: root)
    } catch is GateFailure {
      let parted = "\(base.prefix(10)) and \(head.prefix(10)) have no common ancestor"
      throw GateFailure(
        .gitFailed,
        await isShallow
          ? "\(parted) here: \(Self.shallowRemedy)"
          : "\(parted): they are of different histories. Give a base that the head comes from.")
    }
  }

  /// The first line of a commit's message, without what would steer a terminal.
  func subject(of commit: String) async throws -> String {
    Printable.line(try await command.run(["log", "-1", "--format=%s", commit], in: root))
  }

  /// The branch or tag that a name of a commit is; nil if it is none.
  func reference(_ name: String) async -> String? {
    let text = try? await command.run(["rev-parse", "--abbrev-ref", "--end-of-options", name], in: root)
    // Older versions of git repeat the option.
    let reference = text?.split(separator: "\n").last.map(String.init)
    return reference == "HEAD" || reference == "--end-of-options" ? nil : reference
  }

  /// Whether files differ from the last commit.
  func hasChanges() async throws -> Bool {
    try await !command.run(["status", "--porcelain", "--untracked-files=no", "--no-renames"], in: root)
      .isEmpty
  }

  /// Whether a commit has a file of the package.
  func has(_ file: String, in commit: String) async -> Bool {
    let path = prefix + file
    let entry = try? await command.run(["ls-tree", "--full-tree", commit, "--", path], in: root)
    return !(entry ?? "").isEmpty
  }

  private var hasCommits: Bool {
    get async { (try? await command.run(["rev-parse", "--quiet", "--verify", "HEAD"], in: root)) != nil }
  }

  private var isShallow: Bool {
    get async { (try? await command.run(["rev-parse", "--is-shallow-repository"], in: root)) == "true" }
  }

  private static let shallowRemedy = """
    this clone is shallow, and its history is cut off. Fetch the rest with `git fetch --unshallow`, or have it cloned whole: \
    `fetch-depth: 0` of actions/checkout.
    """
}
