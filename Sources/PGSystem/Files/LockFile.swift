/// A file that is locked, open as long as something refers to it; its lock goes with it.
///
/// It may lie in a folder such as /tmp, where any user can put something else in its place: no link is
/// followed, no pipe waited for.
package final class LockFile: Sendable {
  /// Why a file can't be locked, and what to do about it.
  package struct Obstacle: Error, CustomStringConvertible {
    package let description: String
  }

  /// Owner, inode and so on.
  package let status: stat
  private let descriptor: Int32

  /// Opens the file, and makes it for all users where it isn't there.
  ///
  /// It isn't asked to be made where it is: kernels refuse that for another user's file in a folder such as
  /// /tmp (fs.protected_regular).
  package init(_ path: String, makes: Bool = true) throws(Obstacle) {
    var file = open(path, O_RDONLY | Self.flags)
    if file < 0, errno == ENOENT, makes {
      file = open(path, O_RDONLY | O_CREAT | O_EXCL | Self.flags, 0o644)
      // Whatever the umask is: a user that can't open it can't wait for it.
      if file >= 0 { fchmod(file, 0o644) }
      // Another process was first.
      if file < 0, errno == EEXIST { file = open(path, O_RDONLY | Self.flags) }
    }
    guard file >= 0 else { throw Self.obstacle(at: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      UnixSocket.close(file)
      throw Self.obstacle(at: path, reason: "it is no file")
    }
    self.status = status
    descriptor = file
  }

  private static let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK

  deinit {
    // A child that is just being started has a copy until it becomes its program, and the lock would
    // stay with that.
    flock(descriptor, LOCK_UN)
    UnixSocket.close(descriptor)
  }

  /// Locks it, unless it is locked already; returns whether it did.
  package func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Whether it is still the one at its path.
  package func isAt(_ path: String) -> Bool {
    var there = stat()
    return lstat(path, &there) == 0 && there.st_dev == status.st_dev && there.st_ino == status.st_ino
  }

  private static func obstacle(at path: String, reason: String) -> Obstacle {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      return Obstacle(
        description: "The lock file \(path) can't be made: \(reason). Make its folder writable.")
    }
    let owner = "of user \(SystemUser.name(of: status.st_uid))"
    let kind: String? =
      switch status.st_mode & S_IFMT {
      case S_IFREG: nil
      case S_IFIFO: "a pipe"
      case S_IFDIR: "a folder"
      case S_IFLNK: "a link"
      default: "something else than a file"
      }
    guard let kind else {
      return Obstacle(
        description:
          "The lock file \(path) \(owner) can't be opened: \(reason). Remove it, or make it readable.")
    }
    return Obstacle(description: "In the place of the lock file \(path) is \(kind) \(owner). Remove it.")
  }
}
