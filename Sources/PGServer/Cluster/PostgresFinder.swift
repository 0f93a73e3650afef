import PGSystem

/// Finds PostgreSQL's server programs: where the person says, else where their shell would, else where
/// packages put them.
struct PostgresFinder: Sendable {
  var environment: [String: String]
  var files: FileProbe
  /// What a `pg_config --bindir` prints; nil where it fails.
  var binFolder: @Sendable (_ pgConfig: String) async -> String?

  /// The variable that names the folder to use.
  static let variable = "PGBENCH_POSTGRES_BIN"

  /// The first folder that holds both `postgres` and `initdb`.
  ///
  /// `PGBENCH_POSTGRES_BIN` decides alone when it is set: a wrong value is an error, since the person who set
  /// it would otherwise measure another server without knowing.
  func find() async throws(DatabaseServerError) -> PostgresInstallation {
    if let named = environment[Self.variable], !named.isEmpty { return try installation(named: named) }
    let path = searchPath
    for folder in path where files.isExecutable(folder + "/postgres") {
      if let found = installation(inOrBehind: folder) { return found }
    }
    var told: [String] = []
    for folder in path where files.isExecutable(folder + "/pg_config") {
      guard let answer = await binFolder(folder + "/pg_config") else { continue }
      if let found = installation(inOrBehind: answer) { return found }
      told.append(answer)
    }
    for folder in usualFolders {
      if let found = installation(inOrBehind: folder) { return found }
    }
    throw notFound(path: path, told: told)
  }

  private var searchPath: [String] {
    (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
  }

  private func installation(named folder: String) throws(DatabaseServerError) -> PostgresInstallation {
    let missing = ["postgres", "initdb"].filter { !files.isExecutable("\(folder)/\($0)") }
    guard missing.isEmpty else {
      throw DatabaseServerError(
        .invalidConfiguration,
        "\(Self.variable) is \(folder), where no program \(missing.joined(separator: " and no ")) is. "
          + "Set it to the folder that holds postgres and initdb, such as /usr/lib/postgresql/17/bin, "
          + "or unset it to have the usual places searched.")
    }
    return PostgresInstallation(folder: folder)
  }

  /// A link such as /usr/local/bin/postgres leads into the folder that holds the other programs too.
  private func installation(inOrBehind folder: String) -> PostgresInstallation? {
    let behind = files.resolved(folder + "/postgres").map { String($0.dropLast("/postgres".count)) }
    return [behind, folder].compactMap(\.self)
      .first { files.isExecutable($0 + "/postgres") && files.isExecutable($0 + "/initdb") }
      .map(PostgresInstallation.init(folder:))
  }

  private func notFound(path: [String], told: [String]) -> DatabaseServerError {
    var searched = ["PATH (\(path.joined(separator: ":")))"]
    searched.append("pg_config --bindir" + (told.isEmpty ? "" : " (\(told.joined(separator: ", ")))"))
    searched += Self.usualPatterns
    return DatabaseServerError(
      .postgresNotFound,
      """
      No PostgreSQL server was found: no folder holds both postgres and initdb.
      Searched: \(searched.joined(separator: ", ")).
      Install it: \(InstallAdvice(files: files).command)
      Or set \(Self.variable) to the folder that holds postgres and initdb, or PGBENCH_DATABASE_URL to a \
      server that runs already.
      """)
  }
}

extension PostgresFinder {
  /// Where packages put the server's programs; `*` stands for a version.
  static let usualPatterns = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/postgresql/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
  ]

  /// The folders that the patterns stand for on this machine, of each pattern the highest version first.
  var usualFolders: [String] { Self.usualPatterns.flatMap(folders(matching:)) }

  private func folders(matching pattern: String) -> [String] {
    guard let star = pattern.firstIndex(of: "*") else { return [pattern] }
    let head = pattern[..<star]
    let tail = pattern[pattern.index(after: star)...]
    guard let slash = head.lastIndex(of: "/") else { return [] }
    let prefix = head[head.index(after: slash)...]
    return files.names(String(head[..<slash]))
      .filter { $0.hasPrefix(prefix) }
      .compactMap { name in version(name.dropFirst(prefix.count)).map { (name, $0) } }
      .sorted { $1.1.lexicographicallyPrecedes($0.1) }
      .map { "\(head[...slash])\($0.0)\(tail)" }
  }

  /// `9.6` is [9, 6] and `17` is [17], so that 17 comes before 9.6; nil for what is no version.
  private func version(_ text: some StringProtocol) -> [Int]? {
    let parts = text.split(separator: ".").map { Int($0) }
    return parts.contains(nil) || parts.isEmpty ? nil : parts.compactMap(\.self)
  }
}

/// A folder that holds PostgreSQL's server programs.
struct PostgresInstallation: Sendable, Hashable {
  /// The folder, such as `/usr/lib/postgresql/17/bin`.
  let folder: String

  /// The folder by its path without symbolic links, by whatever path it was named.
  var realFolder: String { FileProbe.machine.resolved(folder) ?? folder }

  /// The path of the server itself.
  var postgres: String { folder + "/postgres" }
  /// The path of the program that makes a cluster.
  var initdb: String { folder + "/initdb" }

  /// Whether the server can load a module of PostgreSQL's own.
  ///
  /// The module's folder is beside the programs': on Debian, Red Hat and in Homebrew under one of these
  /// names. On Alpine the programs are in /usr/libexec/postgresql17 and the modules in /usr/lib/postgresql17.
  func hasModule(_ name: String, files: FileProbe = .machine) -> Bool {
    let real = files.resolved(folder) ?? folder
    let ofSameName = "../lib/\(real.split(separator: "/").last ?? "")"
    return ["lib", "lib/postgresql", "lib64/pgsql", "lib/pgsql", ofSameName].contains { library in
      ["so", "dylib"].contains { files.resolved("\(real)/../\(library)/\(name).\($0)") != nil }
    }
  }
}

/// The command that installs PostgreSQL's server on this platform.
struct InstallAdvice: Sendable {
  var files: FileProbe

  var command: String {
    #if canImport(Darwin)
      return "brew install postgresql@17"
    #else
      return Self.command(osRelease: files.text("/etc/os-release") ?? files.text("/usr/lib/os-release") ?? "")
    #endif
  }

  /// Chooses by ID, then by ID_LIKE, of an os-release file (os-release(5)).
  static func command(osRelease: String) -> String {
    let families = field("ID", of: osRelease) + field("ID_LIKE", of: osRelease)
    for family in families {
      switch family {
      case "debian", "ubuntu": return "apt-get install postgresql"
      case "fedora", "rhel", "centos": return "dnf install postgresql-server"
      case "alpine": return "apk add postgresql"
      case "arch": return "pacman -S postgresql"
      case "suse", "opensuse": return "zypper install postgresql-server"
      default: continue
      }
    }
    return "see https://www.postgresql.org/download/"
  }

  private static func field(_ name: String, of osRelease: String) -> [String] {
    let line = osRelease.split(separator: "\n").first { $0.hasPrefix(name + "=") }
    guard let line else { return [] }
    return line.dropFirst(name.count + 1)
      .split { $0 == " " || $0 == "\"" || $0 == "'" }
      .map { $0.lowercased() }
  }
}
