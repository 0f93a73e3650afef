import PGSystem

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
