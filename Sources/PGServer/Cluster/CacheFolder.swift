import PGSystem

/// The folder in which clusters are kept between runs: what lies in it is started, so no other user may ever
/// have been able to write to it.
enum CacheFolder {
  /// Makes a folder of mode 0700 that belongs to the user, and its parents; accepts one that is there only if
  /// it is such a folder.
  ///
  /// Only what this process has made is given to another user, before it has its name.
  static func make(_ path: String, for user: ServerUser) -> Bool {
    guard let slash = path.lastIndex(of: "/"), let parent = parent(String(path[..<slash]), for: user) else {
      return false
    }
    let leaf = "\(parent)/\(path[path.index(after: slash)...])"
    if access(leaf, F_OK) != 0 { makeNew(leaf, for: user) }
    return isPrivate(leaf, of: user)
  }

  /// Whether something is a folder, no link, of the user, and no other user may enter it.
  static func isPrivate(_ path: String, of user: ServerUser) -> Bool {
    HeldFolder(path)?.status.map { isPrivate($0, of: user) } ?? false
  }

  static func isPrivate(_ status: stat, of user: ServerUser) -> Bool {
    status.st_mode & S_IFMT == S_IFDIR && status.st_uid == user.userID && status.st_mode & 0o077 == 0
  }

  private static func makeNew(_ path: String, for user: ServerUser) {
    let new = "\(path).new-\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
    guard mkdir(new, 0o700) == 0 else { return }
    // Of two processes that make it at once both find one of the two.
    guard let folder = HeldFolder(new), folder.setMode(0o700), !user.isOther || folder.give(to: user),
      rename(new, path) == 0
    else {
      rmdir(new)
      return
    }
  }

  /// Makes the parents that are missing and returns the path without links; nil if others could put another
  /// folder in the place of the one to be made.
  private static func parent(_ path: String, for user: ServerUser) -> String? {
    if path.isEmpty { return "" }
    if let resolved = FileProbe.machine.resolved(path) {
      return isTrusted(resolved, for: user) ? resolved : nil
    }
    guard let slash = path.lastIndex(of: "/"), let above = parent(String(path[..<slash]), for: user) else {
      return nil
    }
    let folder = "\(above)/\(path[path.index(after: slash)...])"
    // The server's user has to pass through it, whatever root's umask is.
    guard mkdir(folder, 0o755) == 0 ? !user.isOther || chmod(folder, 0o755) == 0 : errno == EEXIST else {
      return nil
    }
    return isTrusted(folder, for: user) ? folder : nil
  }

  /// Whether a folder and all those that it is in belong to root or this process's user, and only they can
  /// rename what is in them.
  ///
  /// A user's own group may write to its folders on many systems; for root no group may.
  private static func isTrusted(_ path: String, for user: ServerUser) -> Bool {
    let others: mode_t = user.isOther ? 0o022 : 0o002
    var folder = path
    while true {
      var status = stat()
      guard lstat(folder.isEmpty ? "/" : folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
        status.st_uid == 0 || status.st_uid == geteuid(),
        status.st_mode & others == 0 || status.st_mode & S_ISVTX != 0
      else { return false }
      guard !folder.isEmpty, let slash = folder.lastIndex(of: "/") else { return true }
      folder = String(folder[..<slash])
    }
  }
}
