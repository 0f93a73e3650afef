import PGMeasuring
import PGSystem

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
    guard FileProbe.machine.resolved(folder) != nil else {
      throw GateFailure(
        .machineRefused,
        "The folder that the command was started in is gone: change to one that is there.")
    }
    let root: String
    do {
      root = try await command.run(["rev-parse", "--show-toplevel"], in: folder)
    } catch let failure as GateFailure where SearchPath.has("git", in: command.environment) {
      throw GateFailure(
        .gitFailed,
        """
        \(folder) can't be compared: \(failure)
        Commits are compared: run the command in the work tree of a clone that git trusts and this user \
        can read.
        """)
    }
    guard !root.isEmpty else {
      throw GateFailure(.gitFailed, "\(folder) is in a git repository without files.")
    }
    guard FileProbe.machine.resolved(root) != nil else {
      throw GateFailure(
        .gitFailed,
        "The path of the repository, \(Printable.line(root)), can't be read as UTF-8: move or clone it to "
          + "another."
      )
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
  ///
  /// - Parameter name: As gitrevisions(7) has it.
  func commit(_ name: String) async throws -> String {
    // The suffix `^{commit}` would be part of what `:/text` looks for, so the name is looked up before.
    guard let found = try await object(name) else { throw try await unknown(name) }
    guard !found.hasPrefix("^") else {
      throw GateFailure(.gitFailed, "\(name) leaves commits out: name one commit, without `^` before it.")
    }
    // What is no commit makes git complain, with the same exit code as what isn't there.
    if let commit = (try? await object("\(found)^{commit}")) ?? nil { return commit }
    try Task.checkCancellation()
    if let kind = try? await command.run(["cat-file", "-t", "\(found)^{}"], in: root) {
      throw GateFailure(
        .gitFailed, "\(name) is no commit but a \(kind): name a commit, a branch or a tag of one.")
    }
    throw try await unknown(name)
  }

  private func unknown(_ name: String) async throws -> GateFailure {
    GateFailure(
      .gitFailed, "git knows no commit \(Printable.line(name)): \(try await remedy(for: name))")
  }

  private func object(_ name: String) async throws -> String? {
    try await command.find(["rev-parse", "--quiet", "--verify", "--end-of-options", name], in: root)
  }

  /// What to do about a commit that git doesn't know.
  private func remedy(for name: String) async throws -> String {
    guard await hasCommits else {
      return "there is none yet. Commit the benchmarks, then what may change their times."
    }
    if await isShallow { return Self.shallowRemedy }
    let stem = name.prefix { $0 != "~" && $0 != "^" }
    if !stem.isEmpty, stem.count < name.count, try await object(String(stem)) != nil {
      return "the history of \(stem) doesn't reach so far; `git log \(ShellWord(String(stem)))` shows it."
    }
    return "fetch it first, such as with `git fetch origin main`, or check its name."
  }

  /// The commit where a branch left another: the base that its changes are changes of.
  func mergeBase(_ base: String, _ head: String) async throws -> String {
    let parted = "\(base.prefix(10)) and \(head.prefix(10)) have no common ancestor"
    do {
      if let found = try await command.find(["merge-base", base, head], in: root) { return found }
    } catch let failure as GateFailure {
      throw GateFailure(
        .gitFailed,
        """
        Where \(base.prefix(10)) and \(head.prefix(10)) parted can't be told: \(failure)
        `git fsck` tells what the repository lacks; a new clone has everything.
        """)
    }
    throw GateFailure(
      .gitFailed,
      await isShallow
        ? "\(parted) here: \(Self.shallowRemedy)"
        : "\(parted): they are of different histories. Give a base that the head comes from.")
  }

  /// The first line of a commit's message, without what would steer a terminal; cut where it is long.
  func subject(of commit: String) async throws -> String {
    let line = Printable.line(try await command.run(["log", "-1", "--format=%s", commit], in: root))
    return line.count > 100 ? line.prefix(99) + "…" : line
  }

  /// The branch or tag that a name of a commit is; nil if it is none.
  func reference(_ name: String) async -> String? {
    let text = try? await command.run(["rev-parse", "--abbrev-ref", "--end-of-options", name], in: root)
    // Older versions of git repeat the option.
    let reference = text?.split(separator: "\n").last.map(String.init)
    return reference == "HEAD" || reference == "--end-of-options" ? nil : reference
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
    this clone is shallow, and its history is cut off. Fetch the rest with `git fetch --unshallow`, or \
    have it cloned whole: `fetch-depth: 0` of actions/checkout.
    """
}

/// A folder that git keeps a repository in (gitrepository-layout(5)).
///
/// It is read without git: of a submodule whose work tree is elsewhere, or nowhere, git would not.
struct GitDirectory: Sendable {
  /// What belongs to one work tree.
  let own: String
  /// What all work trees share.
  let common: String

  /// Takes a folder if it is one.
  init?(_ folder: String) {
    own = folder
    if let shared = FileProbe.machine.text("\(folder)/commondir")?.trimmed, !shared.isEmpty {
      common = Self.path(shared, from: folder)
    } else {
      common = folder
    }
    guard access("\(common)/objects", R_OK | X_OK) == 0 else { return nil }
  }

  /// Finds that of a work tree, which is in it, or named by a file in it.
  static func of(workTree: String) -> GitDirectory? {
    let git = "\(workTree)/.git"
    guard let text = FileProbe.machine.text(git)?.trimmed else { return GitDirectory(git) }
    guard text.hasPrefix("gitdir: ") else { return nil }
    return GitDirectory(path(String(text.dropFirst("gitdir: ".count)), from: workTree))
  }

  /// Where it keeps submodules of this name: its own first, then those of the main work tree.
  func modules(_ name: String) -> [GitDirectory] {
    (own == common ? [own] : [own, common]).compactMap { GitDirectory("\($0)/modules/\(name)") }
  }

  /// The folders that its objects are in: its own, and those that it borrows from.
  ///
  /// git takes relative paths of the first borrower only, so that all of them are named absolutely.
  var objects: [String] {
    var found = ["\(common)/objects"]
    var next = 0
    while next < found.count, found.count < 100 {
      let folder = found[next]
      let lines = FileProbe.machine.text("\(folder)/info/alternates")?.split(separator: "\n") ?? []
      for line in lines where !line.hasPrefix("#") {
        let path = Self.path(GitPath.path(String(line)), from: folder)
        if !found.contains(path) { found.append(path) }
      }
      next += 1
    }
    return found
  }

  /// Its settings.
  var configuration: String { "\(common)/config" }
  /// Those of the work tree alone, which hold where the setting extensions.worktreeConfig says so.
  var ownConfiguration: String { "\(own)/config.worktree" }
  /// The commits that its history is cut off at; there is no such file in a whole one.
  var shallow: String { "\(common)/shallow" }
  /// Attributes of files that the user doesn't share.
  var attributes: String { "\(common)/info/attributes" }

  private static func path(_ path: String, from folder: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }
}

/// A path as git writes it in a line of a file, such as objects/info/alternates (gitrepository-layout(5)).
///
/// One that holds a line break, or begins as a comment or with a quotation mark, is a string of C's.
enum GitPath {
  static func line(_ path: String) -> String {
    guard path.utf8.contains(UInt8(ascii: "\n")) || path.hasPrefix("#") || path.hasPrefix("\"") else {
      return path
    }
    var quoted = ""
    for scalar in path.unicodeScalars {
      switch scalar {
      case "\n": quoted += #"\n"#
      case "\"", "\\": quoted += "\\\(scalar)"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return "\"\(quoted)\""
  }

  /// The path that a line stands for; the line itself where it is no such string.
  static func path(_ line: String) -> String {
    guard line.utf8.count >= 2, line.hasPrefix("\""), line.hasSuffix("\"") else { return line }
    var bytes: [UInt8] = []
    var rest = line.utf8.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else { return line }
      if let value = escapes[escaped] {
        bytes.append(value)
      } else {
        let digits = [escaped] + rest.prefix(2)
        guard let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) else { return line }
        bytes.append(value)
        rest = rest.dropFirst(2)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let escapes: [UInt8: UInt8] = Dictionary(
    uniqueKeysWithValues: zip(#"abtnvfr"\"#.utf8, [7, 8, 9, 10, 11, 12, 13, 34, 92]))
}
