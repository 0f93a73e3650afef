import PGDriver

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The folder of one running server, and the lock that says that its owner is alive.
///
/// The lock (flock(2)) is held by this process and ends with it however it ends. It is taken before the
/// folder gets its final name, so that nobody ever sees an unlocked folder of a run that is alive.
final class PrivateFolder: Sendable {
  /// Such as `/tmp/pgbenchkit-4711-1f2e3d4c`.
  let path: String
  private let lock: OwnedDescriptor

  /// What the names of running servers' folders begin with.
  static let prefix = "pgbenchkit-"
  /// What the names of folders that are just being made begin with.
  static let newPrefix = ".pgbenchkit-new-"
  /// The name of the file that is locked.
  static let lockName = "owner.lock"

  /// Makes a folder of mode 0700 that belongs to the server's user.
  init(in temporary: String, for user: ServerUser) throws(DatabaseServerError) {
    let name = "\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
    let new = "\(temporary)/\(Self.newPrefix)\(name)"
    path = "\(temporary)/\(Self.prefix)\(name)"
    guard mkdir(new, 0o700) == 0 else { throw Self.failure("make", new) }
    let descriptor = open("\(new)/\(Self.lockName)", O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    lock = OwnedDescriptor(descriptor)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw Self.failure("lock", new) }
    if user.isOther {
      guard fchown(descriptor, user.userID, user.groupID) == 0, lchown(new, user.userID, user.groupID) == 0
      else { throw Self.failure("give away", new) }
    }
    guard rename(new, path) == 0 else { throw Self.failure("rename", new) }
  }

  private static func failure(_ verb: String, _ path: String) -> DatabaseServerError {
    DatabaseServerError(
      .startFailed, "Could not \(verb) the folder \(path): \(String(cString: strerror(errno)))")
  }

  /// The cluster.
  var data: String { path + "/data" }
  /// What the server, and the shell that starts it, print.
  var log: String { path + "/server.log" }

  /// Whether the folder is still there.
  var exists: Bool { access(path, F_OK) == 0 }

  /// Lets go of the lock: the server is gone, or sweeping may see to it.
  func unlock() { lock.close() }

  /// The last lines of the log, for an error message.
  func logTail(lines: Int = 20) -> String {
    let text = FileProbe.machine.text(log) ?? ""
    return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}

/// A file descriptor that is closed once, from whichever thread comes first.
package final class OwnedDescriptor: Sendable {
  private let descriptor: Lock<CInt?>

  package init(_ descriptor: CInt) { self.descriptor = Lock(descriptor < 0 ? nil : descriptor) }

  deinit { close() }

  /// Closes it; later calls do nothing.
  package func close() {
    let open = descriptor.withLock { descriptor in
      defer { descriptor = nil }
      return descriptor
    }
    #if canImport(Darwin)
      if let open { Darwin.close(open) }
    #elseif canImport(Glibc)
      if let open { Glibc.close(open) }
    #elseif canImport(Musl)
      if let open { Musl.close(open) }
    #endif
  }
}
