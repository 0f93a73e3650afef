import PGDriver

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A lock that processes of one machine share: an advisory lock, flock(2), on a file that stays.
///
/// The kernel drops it when its holder ends, however that comes about.
package final class MachineLock: Sendable {
  /// The file, which all users of the machine share; not in TMPDIR, which differs between users.
  package static let path = "/tmp/pgbenchkit.lock"

  private let path: String
  private let taken: String
  private let descriptor = Lock<Int32?>(nil)

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
  /// - Throws: `CancellationError` if the task is cancelled while it waits.
  package func lock(waiting: @Sendable (String) -> Void) async throws {
    guard let file = Self.open(path) else {
      waiting("The lock file \(path) can't be opened: benchmarks of other processes may disturb this run.")
      return
    }
    var said = false
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      if !said {
        waiting(taken)
        said = true
      }
      do {
        try await Task.sleep(for: .milliseconds(50))
      } catch {
        close(file)
        throw error
      }
    }
    descriptor.withLock { $0 = file }
  }

  /// Takes the lock unless another process has it; answers whether it did.
  package func lockNow() -> Bool {
    guard let file = Self.open(path) else { return false }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      return false
    }
    descriptor.withLock { $0 = file }
    return true
  }

  /// Gives the lock back; does nothing if it isn't held.
  package func unlock() {
    descriptor.withLock { descriptor in
      if let file = descriptor { close(file) }
      descriptor = nil
    }
  }

  /// Whether somebody has it at the moment; nil if the file is there and can't be opened.
  ///
  /// It makes no file.
  package func isTaken() -> Bool? {
    guard let file = Self.open(path, O_RDONLY) else { return errno == ENOENT ? false : nil }
    defer { close(file) }
    return flock(file, LOCK_EX | LOCK_NB) != 0
  }

  /// Opens the file, and makes it for everybody where it isn't there.
  ///
  /// It isn't asked to be made where it is: kernels refuse that for another user's file in a folder such as
  /// /tmp (fs.protected_regular).
  private static func open(_ path: String) -> Int32? {
    for flags in [O_RDONLY, O_RDONLY | O_CREAT] {
      if let file = open(path, flags) { return file }
    }
    return nil
  }

  private static func open(_ path: String, _ flags: Int32) -> Int32? {
    #if canImport(Darwin)
      let file = Darwin.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o644)
    #elseif canImport(Glibc)
      let file = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o644)
    #else
      let file = Musl.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o644)
    #endif
    return file >= 0 ? file : nil
  }
}
