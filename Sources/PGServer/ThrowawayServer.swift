package import PGDriver
import PGSystem

/// A PostgreSQL server that the kit starts on a Unix socket in a private folder, and throws away.
///
/// Server and folder are gone soon after `stop`, and after this process however it ends.
public final class ThrowawayServer: DatabaseServer {
  /// What the server is, for reports.
  package let info: ServerInfo
  /// The process that starts all the others, whose CPUs and scheduling they inherit.
  public let processIdentifier: Int32

  let cluster: RunningCluster
  private let maker: DatabaseMaker
  private let exitAction: Int
  /// The process that writes checkpoints.
  package let checkpointerProcessID: Int32

  /// Finds PostgreSQL and starts a server.
  ///
  /// The first start on a machine makes a cluster, which takes about a second; later ones copy it.
  ///
  /// - Parameter settings: Server settings by name, beyond the kit's own; they win.
  public static func start(settings: [String: String] = [:]) async throws(DatabaseServerError)
    -> ThrowawayServer
  {
    try await start(settings: settings, environment: CallersEnvironment.current())
  }

  /// Starts a server for a body, and stops it whatever the body does.
  ///
  /// - Parameter settings: Server settings by name, beyond the kit's own; they win.
  /// - Parameter body: Is given the server, which makes databases.
  /// - Throws: `DatabaseServerError` if no server can be had, and what the body throws.
  public static func with<Answer>(
    settings: [String: String] = [:], _ body: (ThrowawayServer) async throws -> Answer
  ) async throws -> Answer {
    let server = try await start(settings: settings)
    let answer: Answer
    do {
      answer = try await body(server)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
    return answer
  }

  static func start(
    settings: [String: String] = [:], environment: [String: String]
  ) async throws(DatabaseServerError) -> ThrowawayServer {
    CallersEnvironment.withdrawConnectionVariables()
    let shell = ServerShell(user: try .ofServer(), callersEnvironment: environment)
    let finder = PostgresFinder(environment: environment, files: .machine) { pgConfig in
      let outcome = try? await shell.run(#""$1" --bindir"#, [pgConfig])
      guard let outcome, outcome.isSuccess else { return nil }
      // Warnings, as of a locale, may come before.
      return outcome.output.split(separator: "\n").first { $0.hasPrefix("/") }.map(String.init)
    }
    let installation = try await finder.find()
    let recipe = ClusterRecipe(
      installation: installation, version: try await version(of: installation, shell), extraSettings: settings
    )
    let cluster = try await RunningCluster.start(
      recipe, folders: try await ServerFolders(environment: environment, shell: shell), shell: shell)
    do {
      return try await ThrowawayServer(
        cluster, countsStatements: recipe.countsStatements,
        port: settings["port"].flatMap { Int($0) } ?? ClusterRecipe.port)
    } catch {
      await cluster.stop()
      throw error
    }
  }

  private init(_ cluster: RunningCluster, countsStatements: Bool, port: Int) async throws(DatabaseServerError)
  {
    self.cluster = cluster
    processIdentifier = cluster.processIdentifier
    maker = DatabaseMaker(
      configuration: Self.configuration(of: cluster.folder, port: port), strategy: .fileCopy, isShared: false)
    let isInMemory = cluster.folder.path.hasPrefix(ServerFolders.memory + "/")
    info = try await maker.info(kind: .throwaway, storage: isInMemory ? .memory : .temporaryFolder)
    checkpointerProcessID = try await maker.checkpointerProcessID()
    if countsStatements { try await maker.prepareStatementTimes() }
    exitAction = ExitCleanup.register { cluster.stopBlocking() }
  }

  /// Makes a database with the content of a fixture, for this caller alone.
  public func database(for fixture: Fixture) async throws(DatabaseServerError) -> Database {
    do throws(DatabaseServerError) {
      return try await maker.database(for: fixture)
    } catch {
      guard error.isServersTrouble else { throw error }
      throw DatabaseServerError(error.code, "\(error) \(trouble(least: DiskRoom.needed))", cause: error.cause)
    }
  }

  /// What the room in its folder and the end of its log tell.
  private func trouble(least: UInt64) -> String {
    let shortage = DiskRoom.shortage(in: cluster.home, least: least).map { "\($0) " } ?? ""
    return "\(shortage)The end of the server's log:\n\(cluster.folder.logTail())"
  }

  /// The sums of pg_stat_statements, where PostgreSQL's additional modules are installed.
  package func statementTimes(
    in database: PostgresConfiguration
  ) async throws(DatabaseServerError) -> StatementTimes {
    try await maker.statementTimes(inDatabase: database.parameters["dbname"] ?? "")
  }

  /// The end of the server's log, if it has ended by itself, or has no room left.
  package func causeOfFailure() async -> String? {
    // A client may notice the end before the watchdog does.
    let deadline = ContinuousClock.now + .milliseconds(500)
    while !cluster.watchdog.serverHasEnded, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(10))
    }
    guard cluster.watchdog.serverHasEnded else {
      // Too little for another file of anything.
      return DiskRoom.shortage(in: cluster.home, least: 8) == nil ? nil : trouble(least: 8)
    }
    return """
      The PostgreSQL server that the kit had started ended in mid-run. Run the benchmark again; if it ends \
      again, look at the memory limit of the machine. \(trouble(least: DiskRoom.needed))
      """
  }

  /// Stops the server and returns when it and its folder are gone, or after a few seconds.
  public func stop() async {
    await maker.finish(dropping: false)
    await cluster.stop()
    ExitCleanup.withdraw(exitAction)
  }

  /// Every parameter is explicit, so that no PG variable of the caller has any effect.
  static func configuration(
    of folder: PrivateFolder, port: Int = ClusterRecipe.port
  ) -> PostgresConfiguration {
    PostgresConfiguration(
      host: folder.path, port: port, user: ClusterRecipe.superuser, database: "postgres",
      connectTimeout: 10,
      parameters: [
        "application_name": "pgbenchkit", "channel_binding": "disable", "client_encoding": "UTF8",
        "gssencmode": "disable", "sslmode": "disable", "target_session_attrs": "any",
      ])
  }

  private static func version(
    of installation: PostgresInstallation, _ shell: ServerShell
  ) async throws(DatabaseServerError) -> String {
    let outcome = try await shell.run(#""$1" --version"#, [installation.postgres])
    guard outcome.isSuccess, let version = ClusterRecipe.version(in: outcome.output) else {
      throw DatabaseServerError(
        .startFailed,
        "\(installation.postgres) --version failed for user \(shell.user.name): \(outcome.output)")
    }
    return version
  }
}
