import Foundation
import PGDriver
import PGServer
import PGSystem

/// The commits that were built, each with its sources and its build in a folder of its own.
struct BuildCache: Sendable {
  /// Where a repository's commits are.
  let folder: String
  /// The name of the folders with sources, which is that of the repository's, as packages that lie in it may
  /// count on.
  private let name: String

  /// How many commits are kept that no comparison uses.
  static let kept = 8

  /// Chooses the folder, in XDG_CACHE_HOME or in the user's own cache, and makes sure that no other user can
  /// write to it.
  init(
    for git: Git, environment: [String: String] = CallersEnvironment.current()
  ) throws(GateFailure) {
    let home: String
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      home = cache
    } else if let user = environment["HOME"], user.hasPrefix("/") {
      #if canImport(Darwin)
        home = user + "/Library/Caches"
      #else
        home = user + "/.cache"
      #endif
    } else {
      throw GateFailure(
        .machineRefused, "There is no folder for builds: set XDG_CACHE_HOME to one that can be written to.")
    }
    name = git.name
    let all = try CacheFolder.make(
      "\(home)/pgbenchkit/gate", outside: [git.root, git.directory.own, git.directory.common])
    // A name is at most 255 bytes, and the number alone tells repositories apart.
    let number = String(Seed(0).derived(git.root + "/" + git.prefix).value, radix: 16)
    folder = try CacheFolder.make("\(all)/\(String(name.unicodeScalars.prefix(50)))-\(number)")
  }

  /// The folders of commits, which no other process uses until they are given back.
  ///
  /// They are locked in the order of their names, or two comparisons of the same commits could wait for each
  /// other.
  ///
  /// - Parameter keys: Of each commit.
  func slots(_ keys: [String: String]) async throws -> [String: BuildSlot] {
    var slots: [String: BuildSlot] = [:]
    do {
      for (commit, key) in keys.sorted(by: { $0.key < $1.key }) {
        let path = "\(folder)/\(commit)-\(key)"
        let lock = MachineLock(
          path: path + ".lock",
          taken: "Another pgbench-kit gate is using its build of \(commit.prefix(10)); waiting for it to end."
        )
        try await lock.lock { Console.standardError("\($0)\n") }
        slots[commit] = BuildSlot(path: path, name: name, lock: lock)
      }
      return slots
    } catch {
      for slot in slots.values { slot.lock.unlock() }
      throw error
    }
  }

  /// Removes the commits that were used least recently, and that no process uses.
  func prune(keeping used: [BuildSlot]) {
    let files = FileManager.default
    func age(_ path: String) -> Date {
      (try? files.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast
    }
    let locks = FileProbe.machine.names(folder).filter { $0.hasSuffix(".lock") }.map { "\(folder)/\($0)" }
    let others = locks.filter { lock in !used.contains { $0.path + ".lock" == lock } }
    for lock in others.sorted(by: { age($0) > age($1) }).dropFirst(Self.kept) {
      let held = MachineLock(path: lock)
      guard held.lockNow() else { continue }
      try? files.removeItem(atPath: String(lock.dropLast(".lock".count)))
      try? files.removeItem(atPath: lock)
      held.unlock()
    }
  }
}

/// A commit's folder in the cache, locked.
struct BuildSlot: Sendable {
  /// The folder of all that belongs to the commit.
  let path: String
  /// The name of the folder with its sources.
  var name = "sources"
  let lock: MachineLock

  /// Where its sources are.
  var sources: String { "\(path)/\(name)" }
  /// Where it is built: not among its sources, where the commit may have put something of that name.
  var build: String { path + "/build" }
  /// What the build printed.
  var log: String { path + "/build.log" }
  /// The file that holds the paths of the test programs, a line each, written when the build is done.
  var mark: String { path + "/built" }

  /// The programs that were built; nil if none were.
  var programs: [String]? {
    let programs = FileProbe.machine.text(mark)?.split(separator: "\n").map(String.init) ?? []
    return programs.isEmpty || !programs.allSatisfy(FileProbe.machine.isExecutable) ? nil : programs
  }

  /// Removes it, if it can be removed.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Empties it: what lies there is of a build that was given up.
  func clear() throws(GateFailure) {
    do {
      if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
      try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
    } catch {
      throw GateFailure(.machineRefused, "\(path) can't be made anew: \(error.localizedDescription)")
    }
  }
}

/// A folder whose programs may be started, since no user but this one and root can have put anything into it.
enum CacheFolder {
  /// Makes a folder, with those above it that are missing, or takes the one that is there; returns its path
  /// without symbolic links.
  ///
  /// What is made is this user's alone, and so, afterwards, is the folder itself.
  ///
  /// - Parameter kept: Folders that nothing is made in, as they are to stay as they are.
  /// - Throws: `GateFailure` that names the folder that others may write to, or that it would lie in.
  static func make(_ path: String, outside kept: [String] = []) throws(GateFailure) -> String {
    var missing: [String] = []
    var parts = path.split(separator: "/").map(String.init)
    var folder = FileProbe.machine.resolved("/" + parts.joined(separator: "/"))
    while folder == nil, let last = parts.popLast() {
      missing.insert(last, at: 0)
      folder = FileProbe.machine.resolved("/" + parts.joined(separator: "/"))
    }
    var made = folder.map { $0 == "/" ? "" : $0 } ?? ""
    let whole = ([made] + missing).joined(separator: "/")
    for folder in kept.compactMap(FileProbe.machine.resolved) where (whole + "/").hasPrefix(folder + "/") {
      throw refused("\(whole) would be in \(folder), where the repository is, which is only read.")
    }
    try check(ancestorsOf: made)
    for part in missing {
      made += "/" + part
      guard mkdir(made, 0o700) == 0 || errno == EEXIST else {
        throw refused("\(made) can't be made: \(String(cString: strerror(errno))).")
      }
      try check(made)
    }
    try makePrivate(made)
    return made
  }

  private static func check(ancestorsOf path: String) throws(GateFailure) {
    var folder = ""
    for part in path.split(separator: "/") {
      folder += "/" + part
      try check(folder)
    }
  }

  /// Throws if others may put something in this folder's place, or something of theirs into it.
  ///
  /// In a folder such as /tmp, with the sticky bit, every user can make entries, and no user can remove those
  /// of others: the owner of the next folder on the path is checked next.
  private static func check(_ folder: String) throws(GateFailure) {
    let status = try status(folder)
    guard isTrusted(status.st_uid) else {
      throw refused(
        "\(folder) belongs to user \(status.st_uid), who could put programs there for this command to run.")
    }
    let mode = status.st_mode & 0o7777
    guard mode & 0o022 == 0 || mode & 0o1000 != 0 else {
      throw refused(
        """
        Others than its owner can write to \(folder) (mode \(String(mode, radix: 8))), and could put \
        programs there for this command to run. If no other user has, `chmod go-w \(folder)` makes it fit.
        """)
    }
  }

  private static func makePrivate(_ folder: String) throws(GateFailure) {
    let status = try status(folder)
    guard status.st_uid == geteuid() else {
      throw refused("\(folder) belongs to user \(status.st_uid), and not to the one who runs this command.")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw refused(
        "Others than its owner can write to \(folder): remove it, with what they may have put there.")
    }
    guard chmod(folder, 0o700) == 0 else {
      throw refused("\(folder) can't be made private: \(String(cString: strerror(errno))).")
    }
  }

  /// Whether a user could do as they like here anyway: this one, root, and, where root isn't to be seen, the
  /// owner of the root folder.
  private static func isTrusted(_ user: uid_t) -> Bool {
    var root = stat()
    return user == geteuid() || user == 0 || (lstat("/", &root) == 0 && user == root.st_uid)
  }

  private static func status(_ folder: String) throws(GateFailure) -> stat {
    var status = stat()
    guard lstat(folder, &status) == 0 else {
      throw refused("\(folder) can't be looked at: \(String(cString: strerror(errno))).")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw refused("\(folder) is no folder.") }
    return status
  }

  private static func refused(_ reason: String) -> GateFailure {
    GateFailure(
      .machineRefused,
      "There is no folder for builds. \(reason) XDG_CACHE_HOME may name another, of your own.")
  }
}
