import PGSystem

/// Freshly initialised clusters, kept between runs: copying one takes a tenth of the time that initdb takes.
///
/// An entry is a folder with `data`, the cluster, and `complete`, which is written last and holds the number
/// of files in `data`. It is built beside its place and renamed into it, so that of two processes that build
/// at once both find a whole one, and so that a process that dies on the way leaves none.
struct ClusterCache: Sendable {
  let folder: String
  let shell: ServerShell

  /// The path of the entry for a recipe, and whether it was made just now.
  func entry(for recipe: ClusterRecipe) async throws(DatabaseServerError) -> (path: String, isNew: Bool) {
    let name = recipe.cacheKey
    let held = try held()
    if held.has(name) {
      if isOwn(name, in: held), try await isWhole(path(name)) { return (path(name), false) }
      try await discard(path(name))
    }
    try await build(name, from: recipe, in: held)
    return (path(name), true)
  }

  /// The folder, in which this process may be root and another user owns all.
  private func held() throws(DatabaseServerError) -> HeldFolder {
    guard let held = HeldFolder(folder), let status = held.status,
      CacheFolder.isPrivate(status, of: shell.user)
    else {
      throw DatabaseServerError(
        .initialisationFailed,
        "The folder \(folder) is not one that only user \(shell.user.name) may enter. Remove it, and retry.")
    }
    return held
  }

  /// Whether an entry is complete, and made by the server's user: no other user's cluster is started, since
  /// its settings may load any code.
  private func isOwn(_ name: String, in held: HeldFolder) -> Bool {
    guard let entry = HeldFolder(name, in: held), entry.has("complete") else { return false }
    let data = HeldFolder("data", in: entry)
    return [entry.status, data?.status].allSatisfy { status in
      status.map { CacheFolder.isPrivate($0, of: shell.user) } ?? false
    }
  }

  private func isWhole(_ entry: String) async throws(DatabaseServerError) -> Bool {
    let check = #"[ "$(find "$1/data" | wc -l)" -eq "$(cat "$1/complete")" ]"#
    return try await shell.run(check, [entry]).isSuccess
  }

  /// Takes an entry that turned out to be broken out of the way.
  func discard(_ entry: String) async throws(DatabaseServerError) {
    _ = try await shell.run(#"mv "$1" "$2" && rm -rf "$2""#, [entry, besides(entry, "broken")])
  }

  private func build(
    _ name: String, from recipe: ClusterRecipe, in held: HeldFolder
  ) async throws(DatabaseServerError) {
    let building = besides(name, "building")
    let outcome = try await shell.run(
      Self.buildScript,
      [path(building), recipe.configuration, recipe.installation.initdb] + ClusterRecipe.initdbOptions)
    guard outcome.isSuccess else {
      throw DatabaseServerError(
        .initialisationFailed,
        """
        No database cluster could be made in \(folder) by \(recipe.installation.initdb) (as user \
        \(shell.user.name)). It said:
        \(outcome.output)\(DiskRoom.shortage(in: folder).map { "\n\($0)" } ?? "")
        """)
    }
    if !held.rename(building, to: name) {
      // Either another process was first, or what lies there is no entry: one without `complete`,
      // or another user's.
      if !isOwn(name, in: held) {
        try await discard(path(name))
        _ = held.rename(building, to: name)
      }
      _ = try await shell.run(#"rm -rf "$1""#, [path(building)])
    }
    guard isOwn(name, in: held) else {
      throw DatabaseServerError(
        .initialisationFailed,
        "The new cluster could not be moved to \(path(name)). Remove that folder, and retry.")
    }
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  private func besides(_ entry: String, _ purpose: String) -> String {
    "\(entry).\(purpose)-\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
  }

  /// Makes the cluster, then clears what died on the way a day ago and what was not used for a month.
  private static let buildScript = #"""
    umask 077
    cd /
    building=$1 settings=$2 initdb=$3
    shift 3
    mkdir "$building" && "$initdb" --pgdata="$building/data" "$@" \
      && printf '%s' "$settings" >> "$building/data/postgresql.conf" \
      && find "$building/data" | wc -l > "$building/complete.new" \
      && mv "$building/complete.new" "$building/complete" \
      || { status=$?; rm -rf "$building"; exit $status; }
    cd "${building%/*}" || exit 0
    find . -name 'cluster-*.*-*-*' -prune -mtime +1 -exec rm -rf {} + 2>&1
    find . -name 'cluster-*' -prune -mtime +30 -exec rm -rf {} + 2>&1
    exit 0
    """#
}

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
