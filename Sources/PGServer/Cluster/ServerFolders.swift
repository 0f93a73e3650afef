import PGSystem

/// Where the kit's server keeps its cluster while it runs, and initialised clusters between runs.
package struct ServerFolders: Sendable {
  /// Where the server's private folder is made.
  package let home: String
  /// Where earlier servers may have left theirs.
  package let swept: [String]
  /// Where clusters are kept between runs; nil where no folder is fit for it, and each run makes its own.
  package let cache: String?

  /// Linux's file system in memory.
  ///
  /// Nothing is written back to a disk while the server is measured, and a database is cloned in 10 ms where
  /// ext4 takes 80 to 300 ms.
  package static let memory = "/dev/shm"
  /// The room that a file system in memory must have: max_wal_size, twice.
  package static let roomInMemory: UInt64 = 4 << 30

  /// Takes folders that were chosen already.
  package init(home: String, swept: [String], cache: String?) {
    self.home = home
    self.swept = swept
    self.cache = cache
  }

  /// Chooses by the environment (TMPDIR; XDG_CACHE_HOME and HOME) and by what the server's user can reach.
  init(environment: [String: String], shell: ServerShell) async throws(DatabaseServerError) {
    var reachable: [String] = []
    for candidate in [environment["TMPDIR"], Self.memory, "/tmp"] {
      guard let candidate, let path = FileProbe.machine.resolved(candidate), !reachable.contains(path),
        Self.fitsSocket(path), try await Self.isReachable(path, shell)
      else { continue }
      reachable.append(path)
    }
    guard let home = reachable.first(where: { $0 != Self.memory || Self.isRoomyMemory($0) }) else {
      throw DatabaseServerError(
        .startFailed,
        "User \(shell.user.name) can write neither to TMPDIR nor to /tmp. Set TMPDIR to a folder it can write to."
      )
    }
    self.home = home
    swept = reachable
    cache = try await Self.cache(environment: environment, shell: shell)
  }

  /// Whether it is a mount of its own, in memory therefore, with room to spare; in a container it often
  /// has 64 MB.
  private static func isRoomyMemory(_ path: String) -> Bool {
    var here = stat()
    var parent = stat()
    var room = statvfs()
    guard stat(path, &here) == 0, stat(path + "/..", &parent) == 0, statvfs(path, &room) == 0 else {
      return false
    }
    return here.st_dev != parent.st_dev && UInt64(room.f_bavail) * UInt64(room.f_frsize) >= roomInMemory
  }

  /// A socket's path must fit sockaddr_un: 108 bytes on Linux, 104 on macOS, the final zero included.
  package static func fitsSocket(_ temporary: String) -> Bool {
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
  package static func preferredCache(environment: [String: String], user: ServerUser) -> String? {
    if user.isOther {
      #if canImport(Darwin)
        return "/Library/Caches/pgbenchkit/\(user.name)"
      #else
        return "/var/cache/pgbenchkit/\(user.name)"
      #endif
    }
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder + "/pgbenchkit" }
    guard let home = [environment["HOME"], user.home].compactMap(\.self).first(where: { $0.hasPrefix("/") })
    else {
      return nil
    }
    #if canImport(Darwin)
      return home + "/Library/Caches/pgbenchkit"
    #else
      return home + "/.cache/pgbenchkit"
    #endif
  }

  /// Never a folder in a temporary one: what is left there stays, in memory even, and others get there first.
  private static func cache(
    environment: [String: String], shell: ServerShell
  ) async throws(DatabaseServerError) -> String? {
    guard let folder = preferredCache(environment: environment, user: shell.user),
      CacheFolder.make(folder, for: shell.user), try await isReachable(folder, shell)
    else { return nil }
    return folder
  }
}
