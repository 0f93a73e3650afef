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

/// The process that has a lock, as far as the system tells.
package struct LockHolder: Sendable, Hashable, CustomStringConvertible {
  package let process: pid_t
  package let program: String?
  /// The user's name, if it is another one than this process's.
  package let otherUser: String?

  /// `process 4711 (swift), of user ann`.
  package var description: String {
    "process \(process)" + (program.map { " (\($0))" } ?? "") + (otherUser.map { ", of user \($0)" } ?? "")
  }

  package init(process: pid_t, program: String?, otherUser: String?) {
    self.process = process
    self.program = program
    self.otherUser = otherUser
  }

  /// Asks the kernel which process has locked a file; nil where it doesn't tell, as on macOS.
  package init?(of file: stat, files: FileProbe = .machine) {
    guard let locks = files.text("/proc/locks"),
      let process = Self.process(inLocks: locks, device: UInt64(file.st_dev), inode: UInt64(file.st_ino))
    else { return nil }
    let status = ProcessStatus(of: process, files: files)
    let user = status.flatMap { $0.user == geteuid() ? nil : SystemUser.name(of: $0.user) }
    self.init(process: process, program: status?.program, otherUser: user)
  }

  /// The process of the line of /proc/locks about a file,
  /// `1: FLOCK ADVISORY WRITE 4711 fe:00:1234 0 EOF` (proc(5)).
  ///
  /// Some file systems give another device there than stat(2) does: then a line with the same inode will do.
  package static func process(inLocks text: String, device: UInt64, inode: UInt64) -> pid_t? {
    let major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfff)
    let minor = (device & 0xff) | (device >> 12 & ~0xff)
    var others: [pid_t] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      // That of a process that waits has an arrow.
      guard words.count >= 6, words[1] == "FLOCK", let process = pid_t(words[4]), process > 0 else {
        continue
      }
      let place = words[5].split(separator: ":")
      guard place.count == 3, UInt64(place[2]) == inode else { continue }
      if UInt64(place[0], radix: 16) == major, UInt64(place[1], radix: 16) == minor { return process }
      others.append(process)
    }
    return others.count == 1 ? others[0] : nil
  }
}

/// A lock that processes of one machine share: an advisory lock, flock(2), on a file that stays.
///
/// The kernel drops it when its holder ends, however that comes about.
package final class MachineLock: Sendable {
  /// The file, which all users of the machine share; not in TMPDIR, which differs between users.
  package static let path = "/tmp/pgbenchkit.lock"

  private let path: String
  private let taken: String
  private let held = Lock<LockFile?>(nil)

  /// Makes a lock, and takes nothing.
  ///
  /// - Parameter taken: What is said once when it has to be waited for.
  package init(
    path: String = MachineLock.path,
    taken: String = "Another process runs a benchmark on this machine; waiting for it to finish its test."
  ) {
    self.path = path
    self.taken = taken
  }

  /// Takes the lock, asking for it again every 50 ms while another process has it.
  ///
  /// - Parameter waiting: Told why the call waits, with the process that has the lock if the system tells,
  ///   and again every minute; or why the lock can't be had, and then the call returns without it.
  /// - Throws: `CancellationError` if the task is cancelled while it waits.
  package func lock(waiting: @Sendable (String) -> Void) async throws {
    var nextWord = ContinuousClock.now
    var minutes = 0
    while true {
      let file: LockFile
      do throws(LockFile.Obstacle) {
        file = try LockFile(path)
      } catch {
        waiting("\(error) Until then benchmarks of other processes may disturb this run.")
        return
      }
      // Another process may have removed it meanwhile, and others lock a new one.
      if file.lock() {
        guard file.isAt(path) else { continue }
        held.withLock { $0 = file }
        return
      }
      if ContinuousClock.now >= nextWord {
        waiting(words(about: file, minutes: minutes))
        nextWord += .seconds(60)
        minutes += 1
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private func words(about file: LockFile, minutes: Int) -> String {
    let holder = LockHolder(of: file.status).map { " It is \($0)." } ?? ""
    guard minutes > 0 else { return taken + holder }
    return "Still waiting after \(minutes) min: \(taken)\(holder) End it if it should not run."
  }

  /// Takes the lock unless another process has it; returns whether it did.
  package func lockNow() -> Bool {
    guard let file = try? LockFile(path), file.lock(), file.isAt(path) else { return false }
    held.withLock { $0 = file }
    return true
  }

  /// The process that has it, as far as the system tells; nil if none has.
  package func holder() -> LockHolder? {
    guard let file = try? LockFile(path, makes: false) else { return nil }
    return LockHolder(of: file.status)
  }

  /// Gives the lock back; does nothing if it isn't held.
  package func unlock() {
    held.withLock { $0 = nil }
  }

  /// Whether a process has it at the moment; nil if something is there that can't be opened, or is no file.
  ///
  /// It makes no file.
  package func isTaken() -> Bool? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return errno == ENOENT ? false : nil }
    return (try? LockFile(path, makes: false)).map { !$0.lock() }
  }
}
