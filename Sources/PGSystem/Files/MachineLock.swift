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
