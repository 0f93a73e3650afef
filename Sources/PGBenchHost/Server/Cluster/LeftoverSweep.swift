#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Clears away servers and folders whose owner died and whose watchdog died too.
struct LeftoverSweep: Sendable {
  /// The folders in which servers' folders may lie.
  let folders: [String]
  let shell: ServerShell

  /// Ends and removes every leftover; touches nothing whose lock is held, nor anything of another user.
  func run() async throws(DatabaseServerError) {
    for folder in folders {
      for name in FileProbe.machine.names(folder) {
        let path = "\(folder)/\(name)"
        if name.hasPrefix(PrivateFolder.newPrefix) {
          // Holds no server yet, only a lock; a moment later it has another name.
          if isOwn(path, olderThan: 600) { _ = try await shell.run(#"rm -rf "$1""#, [path]) }
        } else if name.hasPrefix(PrivateFolder.prefix), isOwn(path, olderThan: 0) {
          if let lock = lockOfDead(path) {
            _ = try await shell.run(Self.script, [path])
            lock.close()
          } else if isNamedByKit(name), !hasLock(path), isOwn(path, olderThan: 600) {
            // Its removal was itself killed, after the lock was gone.
            _ = try await shell.run(#"rm -rf "$1""#, [path])
          }
        }
      }
    }
  }

  /// Whether it is a folder, not a link, of the server's user, and was last changed that many seconds ago.
  private func isOwn(_ path: String, olderThan age: Int) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
    guard status.st_uid == shell.user.userID || status.st_uid == geteuid() else { return false }
    #if canImport(Darwin)
      let changed = status.st_mtimespec.tv_sec
    #else
      let changed = status.st_mtim.tv_sec
    #endif
    return time(nil) - changed >= age
  }

  /// Whether a name is a process's number and a random one after the prefix: without its lock, nothing else tells a
  /// server's folder from somebody's notes.
  private func isNamedByKit(_ name: String) -> Bool {
    let parts = name.dropFirst(PrivateFolder.prefix.count).split(
      separator: "-", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].allSatisfy(\.isNumber) && parts[1].allSatisfy(\.isHexDigit)
      && !parts[0].isEmpty && !parts[1].isEmpty
  }

  private func hasLock(_ path: String) -> Bool {
    access("\(path)/\(PrivateFolder.lockName)", F_OK) == 0
  }

  /// The lock of a folder whose owner is dead, taken so that no other sweep works on it at the same time.
  ///
  /// Nil also where there is no lock: that folder is not one of a server, or is being removed.
  private func lockOfDead(_ path: String) -> OwnedDescriptor? {
    let descriptor = open("\(path)/\(PrivateFolder.lockName)", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let lock = OwnedDescriptor(descriptor)
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? lock : nil
  }

  /// Kills what `postmaster.pid` names only if it really is the server of that folder: the number may have
  /// been given to another process since.
  ///
  /// Patience as in the watchdog's script.
  private static let script = #"""
    cd /
    folder=$1
    owns() {
      if [ -r "/proc/$1/cmdline" ]; then arguments=$(tr '\0' ' ' < "/proc/$1/cmdline")
      else arguments=$(ps -ww -o args= -p "$1"); fi
      case $arguments in *"postgres -D $folder/data -k $folder"*) return 0 ;; *) return 1 ;; esac
    }
    read -r server < "$folder/data/postmaster.pid"
    case $server in
      '' | *[!0-9]*) ;;
      *)
        if owns "$server"; then
          kill -QUIT "$server"
          tries=0
          while owns "$server" && [ "$tries" -lt 70 ]; do tries=$((tries + 1)); sleep 0.1; done
          if owns "$server"; then kill -KILL "$server"; fi
        fi ;;
    esac
    \#(ServerShell.removalOfSharedMemory)
    rm -rf "$folder"
    """#
}
