import PGSystem

/// A server process, its private folder, and the watchdog that sees to the end of both.
struct RunningCluster: Sendable {
  let folder: PrivateFolder
  let watchdog: Watchdog
  /// The server's first process.
  let processIdentifier: pid_t

  /// Where its folder is.
  var home: String { String(folder.path[..<(folder.path.lastIndex(of: "/") ?? folder.path.startIndex)]) }

  /// How long a server may take to become ready.
  static let patience: Duration = .seconds(30)

  /// Sweeps what earlier runs left, and starts a server on a copy of the recipe's cluster.
  static func start(
    _ recipe: ClusterRecipe, folders: ServerFolders, shell: ServerShell
  ) async throws(DatabaseServerError) -> RunningCluster {
    try await LeftoverSweep(folders: folders.swept, shell: shell).run()
    guard let cacheFolder = folders.cache else {
      return try await launch(recipe, entry: nil, in: folders.home, shell: shell)
    }
    let cache = ClusterCache(folder: cacheFolder, shell: shell)
    let (entry, isNew) = try await cache.entry(for: recipe)
    do {
      return try await launch(recipe, entry: entry, in: folders.home, shell: shell)
    } catch  where !isNew && recipe.extraSettings.isEmpty {
      // A cached cluster may be damaged inside; a new one that fails too is another matter. A full disk isn't
      // the entry's fault.
      if DiskRoom.shortage(in: folders.home) != nil { throw error }
      try await cache.discard(entry)
      let (entry, _) = try await cache.entry(for: recipe)
      return try await launch(recipe, entry: entry, in: folders.home, shell: shell)
    }
  }

  /// - Parameter entry: The entry of the cache that is copied; nil to make a cluster for this server only.
  private static func launch(
    _ recipe: ClusterRecipe, entry: String?, in temporary: String, shell: ServerShell
  ) async throws(DatabaseServerError) -> RunningCluster {
    let folder = try PrivateFolder(in: temporary, for: shell.user)
    let watchdog: Watchdog
    do throws(DatabaseServerError) {
      let source: String
      if let entry {
        source = entry
      } else {
        source = try await ClusterCache(folder: folder.path, shell: shell).entry(for: recipe).path
      }
      watchdog = try Watchdog(recipe: recipe, cacheEntry: source, folder: folder, shell: shell)
    } catch {
      _ = try? await shell.run(#"rm -rf "$1""#, [folder.path])
      folder.unlock()
      throw error
    }
    let deadline = ContinuousClock.now + patience
    while true {
      if let server = serverIfReady(folder) {
        return RunningCluster(folder: folder, watchdog: watchdog, processIdentifier: server)
      }
      guard !watchdog.serverHasEnded, ContinuousClock.now < deadline, !Task.isCancelled else { break }
      try? await Task.sleep(for: .milliseconds(2))
    }
    let reason =
      if watchdog.serverHasEnded {
        "ended before it was ready"
      } else if Task.isCancelled {
        "was still starting when the task was cancelled"
      } else {
        "was not ready within \(patience)"
      }
    let shortage = DiskRoom.shortage(in: temporary)
    let log = folder.logTail()
    await RunningCluster(folder: folder, watchdog: watchdog, processIdentifier: 0).stop()
    throw DatabaseServerError(
      .startFailed,
      """
      \(recipe.installation.postgres) (as user \(shell.user.name), in \(folder.path)) \(reason). \
      \(shortage.map { "\($0) " } ?? "")\(log.isEmpty ? "Its log is empty." : "The end of its log:\n\(log)")
      """)
  }

  /// The eighth line of postmaster.pid is the server's state, the first its process
  /// (src/include/utils/pidfile.h).
  ///
  /// A process of another user is not the server, whatever the file says: root binds the server to CPUs.
  static func serverIfReady(_ folder: PrivateFolder) -> pid_t? {
    let text = HeldFolder("data", in: folder.contents)?.text(of: "postmaster.pid") ?? ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 8, lines[7].hasPrefix("ready"), let process = pid_t(lines[0]), process > 0 else {
      return nil
    }
    guard folder.user.isOther, let owner = ProcessStatus(of: process)?.user else { return process }
    return owner == folder.user.userID ? process : nil
  }

  /// Has the server stopped, and waits until the folder is gone.
  func stop() async {
    watchdog.letGo()
    let deadline = ContinuousClock.now + .seconds(5)
    while folder.exists, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(2))
    }
    folder.unlock()
  }

  /// The same for the end of the process, when nothing asynchronous can be relied on.
  func stopBlocking() {
    watchdog.letGo()
    let deadline = ContinuousClock.now + .seconds(5)
    while folder.exists, ContinuousClock.now < deadline { usleep(2_000) }
  }
}

/// The shell that starts the server as its child, outlives this process, and then removes server and folder.
final class Watchdog: Sendable {
  private let shell: PipedShell

  /// Starts the shell, which copies the cached cluster into the folder and starts the server on it.
  init(
    recipe: ClusterRecipe, cacheEntry: String, folder: PrivateFolder, shell: ServerShell
  ) throws(DatabaseServerError) {
    do throws(SystemError) {
      self.shell = try PipedShell(
        shell.configuration(
          Self.script, [folder.path, recipe.installation.postgres, cacheEntry] + recipe.serverOptions))
    } catch {
      throw DatabaseServerError(.startFailed, error.description)
    }
  }

  /// The process identifier of the shell; nil until it runs.
  var processIdentifier: pid_t? { shell.processIdentifier }

  /// Whether the server has ended, or never started.
  var serverHasEnded: Bool { shell.outputHasEnded }

  /// Has the server stopped and the folder removed; does not wait for it.
  func letGo() { shell.letGo() }

  /// `$1` the folder, `$2` postgres, `$3` the entry of the cache or a folder like one, then further options
  /// of the server.
  ///
  /// Two shells: one waits for the end of the input, the other for the end of the server, since no portable
  /// shell waits for both; the file `ended` keeps the first from signalling a number that is free again.
  /// SIGQUIT is PostgreSQL's immediate shutdown: there is nothing to save. A backend that is stopped by a
  /// signal doesn't receive it; the server kills such a backend after five seconds (PostgreSQL's
  /// SIGKILL_CHILDREN_AFTER_SECS), and must live that long.
  private static let script = #"""
    trap '' HUP INT QUIT TERM PIPE
    umask 077
    cd /
    folder=$1 postgres=$2 entry=$3
    shift 3
    exec 3<&0 </dev/null 2>>"$folder/server.log"

    # A cluster that was made for this server only is in its folder already.
    if case $entry in "$folder"/*) mv "$entry/data" "$folder/data" ;; *) false ;; esac \
      || cp -R --reflink=auto "$entry/data" "$folder/data" 2>/dev/null \
      || { rm -rf "$folder/data"; cp -cR "$entry/data" "$folder/data" 2>/dev/null; } \
      || { rm -rf "$folder/data"; cp -R "$entry/data" "$folder/data"; }
    then
      touch "$entry"
      "$postgres" -D "$folder/data" -k "$folder" "$@" >&2 3<&- &
      server=$!
      (
        while read -r line <&3; do :; done
        [ -e "$folder/ended" ] || kill -QUIT "$server"
        tries=0
        while [ ! -e "$folder/ended" ] && [ "$tries" -lt 350 ]; do tries=$((tries + 1)); sleep 0.02; done
        [ -e "$folder/ended" ] || kill -KILL "$server"
      ) >/dev/null 2>&1 &
      reader=$!
      wait "$server"
      echo "pgbenchkit: the server ended with status $?" >&2
      \#(ServerShell.removalOfSharedMemory)
      : > "$folder/ended"
      exec >&-
      wait "$reader"
    else
      exec >&-
      while read -r line <&3; do :; done
    fi
    rm -rf "$folder"
    """#
}
