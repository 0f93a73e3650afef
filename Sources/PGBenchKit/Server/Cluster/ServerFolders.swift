#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where the kit's server keeps its cluster while it runs, and initialised clusters between runs.
struct ServerFolders: Sendable {
  /// Where private folders may be made, the preferred one first; every one of them is swept.
  let temporary: [String]
  /// Where clusters are cached.
  let cache: String

  /// Chooses by the environment (TMPDIR; XDG_CACHE_HOME and HOME) and by what the server's user can reach.
  init(environment: [String: String], shell: ServerShell) async throws(DatabaseServerError) {
    var temporary: [String] = []
    for candidate in [environment["TMPDIR"], "/tmp"] {
      guard let candidate, let path = FileProbe.machine.resolved(candidate), !temporary.contains(path),
        Self.fitsSocket(path), try await Self.isReachable(path, shell)
      else { continue }
      temporary.append(path)
    }
    guard let first = temporary.first else {
      throw DatabaseServerError(
        .startFailed,
        "User \(shell.user.name) can write neither to TMPDIR nor to /tmp. Set TMPDIR to a folder it can write to.")
    }
    self.temporary = temporary
    cache = try await Self.cache(environment: environment, shell: shell, fallback: first)
  }

  /// A socket's path must fit sockaddr_un: 108 bytes on Linux, 104 on macOS, the final zero included.
  static func fitsSocket(_ temporary: String) -> Bool {
    let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    let longest = temporary + "/pgbenchkit-4194304-ffffffff/.s.PGSQL.\(ClusterRecipe.port)"
    return longest.utf8.count < capacity
  }

  private static func isReachable(
    _ path: String, _ shell: ServerShell
  ) async throws(DatabaseServerError) -> Bool {
    guard shell.user.isOther else { return access(path, W_OK | X_OK) == 0 }
    return try await shell.run(#"[ -w "$1" ] && [ -x "$1" ]"#, [path]).isSuccess
  }

  /// Where the cache belongs: root keeps one for each user that servers ran as.
  static func preferredCache(environment: [String: String], user: ServerUser) -> String? {
    if user.isOther {
      #if canImport(Darwin)
        return "/Library/Caches/pgbenchkit/\(user.name)"
      #else
        return "/var/cache/pgbenchkit/\(user.name)"
      #endif
    }
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder + "/pgbenchkit" }
    guard let home = environment["HOME"] ?? user.home, home.hasPrefix("/") else { return nil }
    #if canImport(Darwin)
      return home + "/Library/Caches/pgbenchkit"
    #else
      return home + "/.cache/pgbenchkit"
    #endif
  }

  private static func cache(
    environment: [String: String], shell: ServerShell, fallback: String
  ) async throws(DatabaseServerError) -> String {
    let user = shell.user
    let candidates = [
      preferredCache(environment: environment, user: user), "\(fallback)/pgbenchkit-cache-\(user.userID)",
    ].compactMap(\.self)
    for candidate in candidates where makePrivateFolder(candidate, for: user) {
      if try await isReachable(candidate, shell) { return candidate }
    }
    throw DatabaseServerError(
      .startFailed,
      "No folder for initialised clusters could be made: tried \(candidates.joined(separator: " and ")). "
        + "Make one of them writable for user \(user.name).")
  }

  /// Makes a folder of mode 0700 that belongs to the user, and its parents; accepts one that is there.
  private static func makePrivateFolder(_ path: String, for user: ServerUser) -> Bool {
    var status = stat()
    if lstat(path, &status) != 0 {
      let slashes = path.indices.dropFirst().filter { path[$0] == "/" }
      for slash in slashes { _ = mkdir(String(path[..<slash]), 0o755) }
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else { return false }
      if user.isOther { _ = lchown(path, user.userID, user.groupID) }
      guard lstat(path, &status) == 0 else { return false }
    }
    return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == user.userID && status.st_mode & 0o077 == 0
  }
}
