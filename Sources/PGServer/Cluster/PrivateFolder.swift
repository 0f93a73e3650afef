package import PGSystem

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
