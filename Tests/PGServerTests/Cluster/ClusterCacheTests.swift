import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

@Suite("The cache of clusters", .paced)
struct ClusterCacheTests {
  @Test("An entry is made once, reused, and made again when it is damaged or half there")
  func reuse() async throws {
    try await withCache { cache, recipe in
      let first = try await cache.entry(for: recipe)
      #expect(first.isNew)
      let second = try await cache.entry(for: recipe)
      #expect(!second.isNew && second.path == first.path)

      #expect(unlink(first.path + "/data/global/pg_control") == 0)
      #expect(try await cache.entry(for: recipe).isNew)
      #expect(unlink(first.path + "/complete") == 0)
      #expect(try await cache.entry(for: recipe).isNew)
      #expect(access(first.path + "/data/global/pg_control", F_OK) == 0)
      #expect(FileProbe.machine.names(cache.folder) == [recipe.cacheKey])
    }
  }

  @Test("Two that fill the cache at once both succeed, and one entry is left")
  func together() async throws {
    try await withCache { cache, recipe in
      async let one = cache.entry(for: recipe)
      async let another = cache.entry(for: recipe)
      let paths = try await [one.path, another.path]
      #expect(paths[0] == paths[1])
      #expect(FileProbe.machine.names(cache.folder) == [recipe.cacheKey])
      #expect(try await !cache.entry(for: recipe).isNew)
    }
  }

  @Test("A cluster that is damaged inside is replaced when the server does not start on it")
  func damagedInside() async throws {
    try await withCache { cache, recipe in
      let entry = try await cache.entry(for: recipe).path
      _ = try await cache.shell.run(#": > "$1/data/global/pg_control""#, [entry])
      let folders = ServerFolders(home: "/tmp", swept: [], cache: cache.folder)
      let cluster = try await RunningCluster.start(recipe, folders: folders, shell: cache.shell)
      await cluster.stop()
      #expect(!cluster.folder.exists)
    }
  }

  @Test(
    "An entry of another user, or one that others can write to, isn't started", .enabled(if: geteuid() == 0))
  func poisoned() async throws {
    try await withCache { cache, recipe in
      let entry = try await cache.entry(for: recipe).path
      let preload = "shared_preload_libraries = 'hostile'"
      for change in [#"chown -R 12345 "$1""#, #"chmod 0777 "$1""#, #"chown 12345 "$1/data""#] {
        let poison = ServerShell(user: .ofProcess(), callersEnvironment: [:])
        let script = #"echo "$2" >> "$1/data/postgresql.conf" && "# + change
        #expect(try await poison.run(script, [entry, preload]).isSuccess)
        #expect(try await cache.entry(for: recipe).isNew)
        #expect(FileProbe.machine.text("\(entry)/data/postgresql.conf")?.contains("hostile") == false)
      }
    }
  }

  @Test("initdb that fails is reported with its words, and leaves nothing")
  func failure() async throws {
    try await withCache { cache, recipe in
      let wrong = ClusterRecipe(
        installation: PostgresInstallation(folder: "/nowhere"), version: recipe.version)
      await #expect { try await cache.entry(for: wrong) } throws: { error in
        (error as? DatabaseServerError)?.code == .initialisationFailed
          && "\(error)".contains("/nowhere/initdb")
      }
      #expect(FileProbe.machine.names(cache.folder).isEmpty)
    }
  }

  @Test("The key differs by version and by folder, not by the extra settings, and tells the version")
  func key() {
    let installation = PostgresInstallation(folder: "/usr/lib/postgresql/17/bin")
    let recipe = ClusterRecipe(installation: installation, version: "postgres (PostgreSQL) 17.2 (Debian)")
    var extra = recipe
    extra.extraSettings = ["work_mem": "64MB"]
    let newer = ClusterRecipe(installation: installation, version: "postgres (PostgreSQL) 17.3 (Debian)")
    let other = ClusterRecipe(
      installation: PostgresInstallation(folder: "/opt/pg/bin"), version: recipe.version)
    #expect(recipe.cacheKey.hasPrefix("cluster-17.2-"))
    #expect(recipe.cacheKey == extra.cacheKey)
    #expect(Set([recipe, newer, other].map(\.cacheKey)).count == 3)
    #expect(extra.serverOptions == ["-c", "work_mem=64MB"])
  }

  @Test("The key is the same by whatever path the programs were named, and whatever warnings they printed")
  func spelling() async throws {
    let finder = PostgresFinder(
      environment: CallersEnvironment.current(), files: .machine, binFolder: { _ in nil })
    let found = try await finder.find()
    let link = "/tmp/pgbenchkit-tests-link-\(UInt64.random(in: 0 ... .max))"
    try #require(symlink(found.folder, link) == 0)
    defer { unlink(link) }
    let version = try #require(
      ClusterRecipe.version(in: "42501: no permission\nwarning: 1 thing\npostgres (PostgreSQL) 17.2\n"))
    #expect(version == "postgres (PostgreSQL) 17.2")
    let keys = [found.folder, link, found.folder + "/", link + "/./"].map { folder in
      ClusterRecipe(installation: PostgresInstallation(folder: folder), version: version).cacheKey
    }
    #expect(Set(keys).count == 1)
    let unknown = ClusterRecipe(installation: found, version: "42501: no permission")
    #expect(unknown.cacheKey.hasPrefix("cluster-unknown-"))
    #expect(ClusterRecipe.version(in: "\n") == nil)
  }

  @Test("The cache belongs where the platform keeps such things, and root keeps one for each server user")
  func folder() {
    let ordinary = ServerUser(name: "ann", userID: 1000, groupID: 1000, home: "/home/ann", isOther: false)
    let other = ServerUser(name: "postgres", userID: 101, groupID: 101, home: "/var/lib/pg", isOther: true)
    let xdg = ServerFolders.preferredCache(
      environment: ["XDG_CACHE_HOME": "/x", "HOME": "/h"], user: ordinary)
    #expect(xdg == "/x/pgbenchkit")
    let home = ServerFolders.preferredCache(environment: ["XDG_CACHE_HOME": "relative"], user: ordinary)
    #if canImport(Darwin)
      #expect(home == "/home/ann/Library/Caches/pgbenchkit")
    #else
      #expect(home == "/home/ann/.cache/pgbenchkit")
      #expect(
        ServerFolders.preferredCache(environment: ["HOME": "/root"], user: other)
          == "/var/cache/pgbenchkit/postgres")
    #endif
  }

  @Test(
    "The server's user reaches the cache that root makes, whatever root's umask", .enabled(if: geteuid() == 0)
  )
  func umask() async throws {
    try await withFolderOfRoot { root in
      await #expect(processExitsWith: .exitCode(0)) { [root = root as String] in
        setUmask(0o027)
        let user = try ServerUser.ofServer()
        guard CacheFolder.make("\(root)/pgbenchkit/deep/\(user.name)", for: user) else { exit(1) }
        let shell = ServerShell(user: user, callersEnvironment: [:])
        exit(
          try await shell.run(#"touch "$1/f""#, ["\(root)/pgbenchkit/deep/\(user.name)"]).isSuccess ? 0 : 2)
      }
    }
  }

  @Test("A folder that others have made, or might, is not made the cache", .enabled(if: geteuid() == 0))
  func foreignFolder() async throws {
    try await withFolderOfRoot { root in
      let user = try ServerUser.ofServer()
      #expect(mkdir("\(root)/foreign", 0o700) == 0 && chown("\(root)/foreign", 12_345, 12_345) == 0)
      #expect(!CacheFolder.make("\(root)/foreign", for: user))
      #expect(!CacheFolder.make("\(root)/foreign/\(user.name)", for: user))
      #expect(mkdir("\(root)/open", 0o777) == 0 && chmod("\(root)/open", 0o777) == 0)
      #expect(!CacheFolder.make("\(root)/open/\(user.name)", for: user))
      #expect(symlink("\(root)/foreign", "\(root)/link") == 0)
      #expect(!CacheFolder.make("\(root)/link", for: user))
      var status = stat()
      #expect(lstat("\(root)/foreign", &status) == 0 && status.st_uid == 12_345)
      #expect(CacheFolder.make("\(root)/own/\(user.name)", for: user))
      #expect(FileProbe.machine.names("\(root)/own") == [user.name])
    }
  }

  @Test("Without a folder for the cache the cluster is made in the server's own, and nothing is left")
  func noCache() async throws {
    let environment = CallersEnvironment.current()
    let shell = ServerShell(user: try .ofServer(), callersEnvironment: environment)
    let finder = PostgresFinder(environment: environment, files: .machine, binFolder: { _ in nil })
    let recipe = ClusterRecipe(installation: try await finder.find(), version: "postgres (PostgreSQL) 0")
    let folders = ServerFolders(home: "/tmp", swept: [], cache: nil)
    let cluster = try await RunningCluster.start(recipe, folders: folders, shell: shell)
    #expect(kill(cluster.processIdentifier, 0) == 0)
    await cluster.stop()
    #expect(!cluster.folder.exists)
  }

  /// A folder of root's that all may enter.
  private func withFolderOfRoot(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/pgbk-root-\(UInt32.random(in: 0 ... .max))"
    #expect(mkdir(folder, 0o755) == 0 && chmod(folder, 0o755) == 0)
    do {
      try await body(folder)
    } catch {
      Issue.record(error)
    }
    _ = try await ServerShell(user: .ofProcess(), callersEnvironment: [:]).run(#"rm -rf "$1""#, [folder])
  }

  @Test("A temporary folder too deep for the path of a socket is passed over")
  func socketPath() {
    #expect(ServerFolders.fitsSocket("/tmp"))
    #expect(ServerFolders.fitsSocket("/var/folders/xx/yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy/T"))
    #expect(!ServerFolders.fitsSocket("/" + String(repeating: "d", count: 70)))
  }

  /// An empty cache of this test's own, and the recipe for this machine's PostgreSQL.
  private func withCache(_ body: (ClusterCache, ClusterRecipe) async throws -> Void) async throws {
    let environment = CallersEnvironment.current()
    let shell = ServerShell(user: try .ofServer(), callersEnvironment: environment)
    let made = try await shell.run("mktemp -d /tmp/pgbk-cache-XXXXXXXX", [])
    let folder = try #require(made.output.split(separator: "\n").first.map(String.init))
    let finder = PostgresFinder(environment: environment, files: .machine, binFolder: { _ in nil })
    let recipe = ClusterRecipe(installation: try await finder.find(), version: "postgres (PostgreSQL) 0")
    do {
      try await body(ClusterCache(folder: folder, shell: shell), recipe)
    } catch {
      Issue.record(error)
    }
    // A test of root's puts entries there that the server's user can't remove.
    _ = try await ServerShell(user: .ofProcess(), callersEnvironment: [:]).run(#"rm -rf "$1""#, [folder])
  }
}
