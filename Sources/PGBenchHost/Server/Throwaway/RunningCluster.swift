#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A server process, its private folder, and the watchdog that sees to the end of both.
struct RunningCluster: Sendable {
  let folder: PrivateFolder
  let watchdog: Watchdog
  /// The server's first process.
  let processIdentifier: pid_t

  /// How long a server may take to become ready.
  static let patience: Duration = .seconds(30)

  /// Sweeps what earlier runs left, and starts a server on a copy of the recipe's cluster.
  static func start(
    _ recipe: ClusterRecipe, folders: ServerFolders, shell: ServerShell
  ) async throws(DatabaseServerError) -> RunningCluster {
    try await LeftoverSweep(folders: folders.swept, shell: shell).run()
    let cache = ClusterCache(folder: folders.cache, shell: shell)
    let (entry, isNew) = try await cache.entry(for: recipe)
    do {
      return try await launch(recipe, entry: entry, in: folders.home, shell: shell)
    } catch  where !isNew && recipe.extraSettings.isEmpty {
      // A cached cluster may be damaged inside; a new one that fails too is another matter.
      try await cache.discard(entry)
      let (entry, _) = try await cache.entry(for: recipe)
      return try await launch(recipe, entry: entry, in: folders.home, shell: shell)
    }
  }

  private static func launch(
    _ recipe: ClusterRecipe, entry: String, in temporary: String, shell: ServerShell
  ) async throws(DatabaseServerError) -> RunningCluster {
    let folder = try PrivateFolder(in: temporary, for: shell.user)
    let watchdog = try Watchdog(recipe: recipe, cacheEntry: entry, folder: folder, shell: shell)
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
    let log = folder.logTail()
    await RunningCluster(folder: folder, watchdog: watchdog, processIdentifier: 0).stop()
    throw DatabaseServerError(
      .startFailed,
      """
      \(recipe.installation.postgres) (as user \(shell.user.name), in \(folder.path)) \(reason). \
      The end of its log:
      \(log)
      """)
  }

  /// The eighth line of postmaster.pid is the server's state, the first its process (src/include/utils/pidfile.h).
  private static func serverIfReady(_ folder: PrivateFolder) -> pid_t? {
    let text = FileProbe.machine.text(folder.data + "/postmaster.pid") ?? ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 8, lines[7].hasPrefix("ready") else { return nil }
    return pid_t(lines[0])
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
