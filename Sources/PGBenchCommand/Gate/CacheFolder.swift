import PGSystem

/// A folder whose programs may be started, since no user but this one and root can have put anything into it.
enum CacheFolder {
  /// Makes a folder, with those above it that are missing, or takes the one that is there; returns its path
  /// without symbolic links.
  ///
  /// What is made is this user's alone, and so, afterwards, is the folder itself.
  ///
  /// - Parameter kept: Folders that nothing is made in, as they are to stay as they are.
  /// - Throws: `GateFailure` that names the folder that others may write to, or that it would lie in.
  static func make(_ path: String, outside kept: [String] = []) throws(GateFailure) -> String {
    var missing: [String] = []
    var parts = path.split(separator: "/").map(String.init)
    var folder = FileProbe.machine.resolved("/" + parts.joined(separator: "/"))
    while folder == nil, let last = parts.popLast() {
      missing.insert(last, at: 0)
      folder = FileProbe.machine.resolved("/" + parts.joined(separator: "/"))
    }
    var made = folder.map { $0 == "/" ? "" : $0 } ?? ""
    let whole = ([made] + missing).joined(separator: "/")
    for folder in kept.compactMap(FileProbe.machine.resolved) where (whole + "/").hasPrefix(folder + "/") {
      throw refused("\(whole) would be in \(folder), where the repository is, which is only read.")
    }
    try check(ancestorsOf: made)
    for part in missing {
      made += "/" + part
      guard mkdir(made, 0o700) == 0 || errno == EEXIST else {
        throw refused("\(made) can't be made: \(String(cString: strerror(errno))).")
      }
      try check(made)
    }
    try makePrivate(made)
    return made
  }

  private static func check(ancestorsOf path: String) throws(GateFailure) {
    var folder = ""
    for part in path.split(separator: "/") {
      folder += "/" + part
      try check(folder)
    }
  }

  /// Throws if others may put something in this folder's place, or something of theirs into it.
  ///
  /// In a folder such as /tmp, with the sticky bit, every user can make entries, and no user can remove those
  /// of others: the owner of the next folder on the path is checked next.
  private static func check(_ folder: String) throws(GateFailure) {
    let status = try status(folder)
    guard isTrusted(status.st_uid) else {
      throw refused(
        "\(folder) belongs to user \(status.st_uid), who could put programs there for this command to run.")
    }
    let mode = status.st_mode & 0o7777
    guard mode & 0o022 == 0 || mode & 0o1000 != 0 else {
      throw refused(
        """
        Others than its owner can write to \(folder) (mode \(String(mode, radix: 8))), and could put programs there for this \
        command to run. If no other user has, `chmod go-w \(folder)` makes it fit.
        """)
    }
  }

  private static func makePrivate(_ folder: String) throws(GateFailure) {
    let status = try status(folder)
    guard status.st_uid == geteuid() else {
      throw refused("\(folder) belongs to user \(status.st_uid), and not to the one who runs this command.")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw refused(
        "Others than its owner can write to \(folder): remove it, with what they may have put there.")
    }
    guard chmod(folder, 0o700) == 0 else {
      throw refused("\(folder) can't be made private: \(String(cString: strerror(errno))).")
    }
  }

  /// Whether a user could do as they like here anyway: this one, root, and, where root isn't to be seen, the
  /// owner of the root folder.
  private static func isTrusted(_ user: uid_t) -> Bool {
    var root = stat()
    return user == geteuid() || user == 0 || (lstat("/", &root) == 0 && user == root.st_uid)
  }

  private static func status(_ folder: String) throws(GateFailure) -> stat {
    var status = stat()
    guard lstat(folder, &status) == 0 else {
      throw refused("\(folder) can't be looked at: \(String(cString: strerror(errno))).")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw refused("\(folder) is no folder.") }
    return status
  }

  private static func refused(_ reason: String) -> GateFailure {
    GateFailure(
      .machineRefused,
      "There is no folder for builds. \(reason) XDG_CACHE_HOME may name another, of your own.")
  }
}
