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
