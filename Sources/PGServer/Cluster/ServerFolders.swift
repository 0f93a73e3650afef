package import PGSystem

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
        "User \(shell.user.name) can write neither to TMPDIR nor to /tmp. Set TMPDIR to a folder it can "
          + "write to.")
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

/// The folder of one running server, or of a socket, and the lock that says that its owner is alive.
///
/// The lock (flock(2)) is held by this process and ends with it however it ends. It is taken before the
/// folder gets its final name, so that no other process ever sees an unlocked folder of a run that is alive.
///
/// Where it belongs to another user, who may replace anything in it and the folder itself, this process looks
/// into it by `contents` only.
package final class PrivateFolder: Sendable {
  /// Such as `/tmp/pgbenchkit-4711-1f2e3d4c`.
  package let path: String
  /// Whose folder it is.
  package let user: ServerUser
  /// The folder that was made, whatever has its path by now.
  package let contents: HeldFolder
  private let lock: OwnedDescriptor

  /// What the names of running servers' folders begin with.
  package static let prefix = "pgbenchkit-"
  /// What the names of folders that are just being made begin with.
  package static let newPrefix = ".pgbenchkit-new-"
  /// The name of the file that is locked.
  package static let lockName = "owner.lock"

  /// Makes a folder of mode 0700 that belongs to a user.
  package init(in temporary: String, for user: ServerUser) throws(DatabaseServerError) {
    let name = "\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
    let new = "\(temporary)/\(Self.newPrefix)\(name)"
    self.user = user
    path = "\(temporary)/\(Self.prefix)\(name)"
    guard mkdir(new, 0o700) == 0 else { throw Self.failure("make", new) }
    do throws(DatabaseServerError) {
      guard let contents = HeldFolder(new), contents.setMode(0o700) else { throw Self.failure("open", new) }
      self.contents = contents
      lock = OwnedDescriptor(contents.open(Self.lockName, O_CREAT | O_EXCL | O_RDWR, mode: 0o600))
      let isLocked = lock.withDescriptor { flock($0, LOCK_EX | LOCK_NB) == 0 }
      guard isLocked == true else { throw Self.failure("lock", new) }
      guard rename(new, path) == 0 else { throw Self.failure("rename", new) }
    } catch {
      unlink("\(new)/\(Self.lockName)")
      rmdir(new)
      throw error
    }
    // Last, for then the user may do with it what it likes.
    guard user.isOther else { return }
    let isGiven = lock.withDescriptor { fchown($0, user.userID, user.groupID) == 0 }
    guard isGiven == true, contents.give(to: user) else {
      let failure = Self.failure("give away", path)
      unlink("\(path)/\(Self.lockName)")
      rmdir(path)
      throw failure
    }
  }

  private static func failure(_ verb: String, _ path: String) -> DatabaseServerError {
    DatabaseServerError(
      .startFailed, "Could not \(verb) the folder \(path): \(String(cString: strerror(errno)))")
  }

  /// The cluster.
  package var data: String { path + "/data" }
  /// What the server, and the shell that starts it, print.
  package var log: String { "\(path)/\(Self.logName)" }
  private static let logName = "server.log"

  /// Whether the folder is still there.
  package var exists: Bool { access(path, F_OK) == 0 }

  /// Lets go of the lock: the server is gone, or sweeping may see to it.
  package func unlock() { lock.close() }

  /// The last lines of the log, for an error message.
  package func logTail(lines: Int = 20) -> String {
    let text = contents.text(of: Self.logName) ?? ""
    return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}

/// A private folder for one socket: a proxy's, or that of a comparison of commits.
///
/// It is like a server's and has its lock, so that what a killed run leaves is swept before the next server
/// starts. But it belongs to this process's user, also if that is root: no other user may be able to plant
/// what root appends to and removes there.
package struct SocketFolder: Sendable {
  private let folder: PrivateFolder
  /// Where the socket belongs.
  package let socket: String

  /// The folder itself.
  package var path: String { folder.path }

  /// Makes the folder in TMPDIR, or in /tmp.
  ///
  /// - Parameter name: The socket's.
  package init(socketNamed name: String) throws(SystemError) {
    let candidates = [CallersEnvironment.current()["TMPDIR"], "/tmp"].compactMap(\.self)
      .compactMap(FileProbe.machine.resolved)
    guard let home = candidates.first(where: { ServerFolders.fitsSocket($0) && access($0, W_OK | X_OK) == 0 })
    else {
      throw SystemError(
        code: EACCES,
        description:
          "A socket could be made neither in TMPDIR nor in /tmp. Set TMPDIR to a folder that can be written "
          + "to, with a short path.")
    }
    do {
      folder = try PrivateFolder(in: home, for: .ofProcess())
    } catch {
      throw SystemError(code: EACCES, description: "\(error)")
    }
    socket = "\(folder.path)/\(name)"
  }

  /// Removes the folder and the files in it; a second call does nothing.
  package func remove() {
    // The lock last: what has none is no folder of a run that died.
    for name in FileProbe.machine.names(folder.path) where name != PrivateFolder.lockName {
      unlink("\(folder.path)/\(name)")
    }
    unlink("\(folder.path)/\(PrivateFolder.lockName)")
    rmdir(folder.path)
    folder.unlock()
  }
}

/// The user that the kit's server runs as: PostgreSQL refuses to run as root.
package struct ServerUser: Sendable, Hashable {
  package let name: String
  package let userID: uid_t
  package let groupID: gid_t
  /// The folder that belongs to the user, where there is one.
  package let home: String?
  /// Whether it is another user than the one of this process, which is root then.
  package let isOther: Bool

  /// The user of this process, or, for root, `postgres` where there is one and else `nobody`.
  package static func ofServer() throws(DatabaseServerError) -> ServerUser {
    guard geteuid() == 0 else {
      guard let user = SystemUser(geteuid()) else {
        throw DatabaseServerError(
          .startFailed,
          """
          User \(geteuid()) has no name: no entry in /etc/passwd or another database of users, without which \
          PostgreSQL's initdb makes no cluster. In a container, start it with the user of an entry \
          (docker run --user postgres), or add one to the image: RUN useradd --uid \(geteuid()) bench. \
          Or set PGBENCH_DATABASE_URL to a server that runs already.
          """)
      }
      return ServerUser(user, isOther: false)
    }
    for name in ["postgres", "_postgres", "nobody"] {
      if let user = SystemUser(named: name), user.userID != 0 { return ServerUser(user, isOther: true) }
    }
    throw DatabaseServerError(
      .startFailed,
      "PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody to run it "
        + "as. Run as an ordinary user, or make one: useradd --system postgres")
  }

  /// The user of this process.
  package static func ofProcess() -> ServerUser {
    SystemUser(geteuid()).map { ServerUser($0, isOther: false) }
      ?? ServerUser(name: "\(geteuid())", userID: geteuid(), groupID: getegid(), home: nil, isOther: false)
  }
}

extension ServerUser {
  private init(_ user: SystemUser, isOther: Bool) {
    self.init(
      name: user.name, userID: user.userID, groupID: user.groupID, home: user.home, isOther: isOther)
  }
}

extension HeldFolder {
  /// Gives the folder to a user.
  package func give(to user: ServerUser) -> Bool { give(to: user.userID, group: user.groupID) }
}

/// The room that is left where a server keeps its files.
enum DiskRoom {
  /// What a server needs to start and to make a few small databases, in MB: a cluster of 40, its log of 16 or
  /// 32, and 8 for each database.
  static let needed: UInt64 = 120

  /// How many MB are left for this process's user; nil if the folder isn't there.
  static func left(in folder: String) -> UInt64? {
    var room = statvfs()
    guard statvfs(folder, &room) == 0 else { return nil }
    return (UInt64(room.f_bavail) * UInt64(room.f_frsize)) >> 20
  }

  /// What is left, in words, and what to do; nil where there is enough.
  ///
  /// - Parameter least: How many MB are enough.
  static func shortage(in folder: String, least: UInt64 = needed) -> String? {
    guard let left = left(in: folder), left < least else { return nil }
    return
      "Only \(left) MB are left in \(folder), and a server needs \(needed) MB or more: make room there, or "
      + "set TMPDIR to a folder that has it."
  }
}
