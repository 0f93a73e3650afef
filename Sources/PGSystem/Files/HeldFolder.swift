/// A folder that is held open: what is looked up in it is looked up there, whatever its path leads to by now.
///
/// So a process of root reads what another user may write to: no link is followed, no pipe waited for.
package final class HeldFolder: Sendable {
  private let descriptor: CInt

  /// Opens a folder, unless the path ends in a link.
  package init?(_ path: String) {
    // Not open(2), whose name a method has here.
    descriptor = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  /// Opens a folder in another one.
  package init?(_ name: String, in parent: HeldFolder) {
    descriptor = openat(parent.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  deinit { UnixSocket.close(descriptor) }

  /// Owner, mode and so on, of the folder itself.
  package var status: stat? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status : nil
  }

  /// The same of what is in it, of a link the link's own; nil where nothing is.
  package func status(of name: String) -> stat? {
    var status = stat()
    return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
  }

  /// Whether something is there under a name.
  package func has(_ name: String) -> Bool { status(of: name) != nil }

  /// Opens a file as open(2) does, but never what a link leads to, and without waiting for a
  /// pipe's other end.
  package func open(_ name: String, _ flags: CInt, mode: mode_t = 0) -> CInt {
    openat(descriptor, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode)
  }

  /// The end of a file; nil where there is none, or something else.
  package func text(of name: String, last limit: Int = 65_536) -> String? {
    let file = OwnedDescriptor(open(name, O_RDONLY))
    return file.withDescriptor { file in
      var status = stat()
      guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      let start = max(0, Int(status.st_size) - limit)
      var bytes = [UInt8](repeating: 0, count: limit)
      let count = pread(file, &bytes, limit, off_t(start))
      return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
  }

  /// Gives what is in it another name in it; of two that do so at once one succeeds.
  package func rename(_ name: String, to new: String) -> Bool {
    renameat(descriptor, name, descriptor, new) == 0
  }

  /// Gives the folder a mode, whatever the umask took from the one that it was made with.
  package func setMode(_ mode: mode_t) -> Bool { fchmod(descriptor, mode) == 0 }

  /// Gives the folder to a user.
  package func give(to user: uid_t, group: gid_t) -> Bool { fchown(descriptor, user, group) == 0 }
}
