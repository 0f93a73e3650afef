import PGSystem

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
          guard let owner = owner(of: path), isOlder(owner.held, than: 600) else { continue }
          _ = try await owner.shell.run(Self.removal, [path])
        } else if name.hasPrefix(PrivateFolder.prefix), let owner = owner(of: path) {
          if let lock = lockOfDead(owner.held) {
            _ = try await owner.shell.run(owner.hasServer ? Self.script : Self.removal, [path])
            lock.close()
          } else if isNamedByKit(name), !owner.held.has(PrivateFolder.lockName),
            isOlder(owner.held, than: 600)
          {
            // Its removal was itself killed, after the lock was gone.
            _ = try await owner.shell.run(Self.removal, [path])
          }
        }
      }
    }
  }

  private static let removal = #"rm -rf "$1""#

  /// Opens a folder, not a link, of the server's user or of this process's, and tells who removes it.
  ///
  /// That is its owner, since a process of root would follow what another user puts in its place. Nil for a
  /// folder of any other user.
  private func owner(of path: String) -> (held: HeldFolder, shell: ServerShell, hasServer: Bool)? {
    guard let held = HeldFolder(path), let user = held.status?.st_uid else { return nil }
    if user == shell.user.userID { return (held, shell, true) }
    // Those of sockets are root's own, and root runs no server.
    guard user == geteuid() else { return nil }
    return (held, ServerShell(user: .ofProcess(), callersEnvironment: shell.callersEnvironment), false)
  }

  /// Whether a folder was last changed that many seconds ago.
  private func isOlder(_ folder: HeldFolder, than age: Int) -> Bool {
    guard let status = folder.status else { return false }
    #if canImport(Darwin)
      let changed = status.st_mtimespec.tv_sec
    #else
      let changed = status.st_mtim.tv_sec
    #endif
    return time(nil) - changed >= age
  }

  /// Whether a name is a process's number and a random one after the prefix: without its lock, nothing else
  /// tells a server's folder from one that a user made.
  private func isNamedByKit(_ name: String) -> Bool {
    let parts = name.dropFirst(PrivateFolder.prefix.count).split(
      separator: "-", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].allSatisfy(\.isNumber) && parts[1].allSatisfy(\.isHexDigit)
      && !parts[0].isEmpty && !parts[1].isEmpty
  }

  /// The lock of a folder whose owner is dead, taken so that no other sweep works on it at the same time.
  ///
  /// Nil also where there is no lock: that folder is not one of a server, or is being removed.
  private func lockOfDead(_ folder: HeldFolder) -> OwnedDescriptor? {
    let lock = OwnedDescriptor(folder.open(PrivateFolder.lockName, O_RDWR))
    let isTaken = lock.withDescriptor { flock($0, LOCK_EX | LOCK_NB) == 0 }
    return isTaken == true ? lock : nil
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
