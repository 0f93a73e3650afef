package import PGDriver
import PGSystem

/// A server that the kit didn't start, named by PGBENCH_DATABASE_URL.
///
/// The database that the URL names is connected to only to make and drop others, `pgbenchkit_…`; nothing else
/// on that server is read or written.
package final class ExternalServer: DatabaseServer {
  /// The variable that names the server.
  package static let variable = "PGBENCH_DATABASE_URL"

  /// What the server is, for reports.
  package let info: ServerInfo
  private let maker: DatabaseMaker
  private let keeper: RunKeeper
  private let exitAction: Int

  /// Connects to a server, and drops what runs that died left on it.
  ///
  /// - Parameter url: A `postgresql://` URL or a libpq connection string. Without a connect_timeout, also in
  ///   the environment, it is given one of 10 seconds.
  package static func connect(to url: String) async throws(DatabaseServerError) -> ExternalServer {
    var configuration: PostgresConfiguration
    do {
      configuration = try PostgresConfiguration(url).forPool
    } catch {
      throw DatabaseServerError(
        .invalidConfiguration,
        "\(variable) cannot be used: \(error.message) Unset it to have the kit start a server of its own.")
    }
    // Firewalls and proxies on the way drop connections that send nothing for long.
    configuration.parameters.merge(
      ["application_name": "pgbenchkit", "keepalives_idle": "60", "keepalives_interval": "10"]
    ) { given, _ in given }
    return try await ExternalServer(configuration)
  }

  private init(_ configuration: PostgresConfiguration) async throws(DatabaseServerError) {
    // FILE_COPY would need checkpoints of a server that others use.
    let maker = DatabaseMaker(configuration: configuration, strategy: .writeAheadLog, isShared: true)
    self.maker = maker
    do {
      info = try await maker.info(kind: .external, storage: nil)
    } catch {
      throw DatabaseServerError(
        error.code,
        "\(error) Check \(Self.variable), or unset it to have the kit start a server of its own.")
    }
    keeper = RunKeeper(configuration, of: maker.run)
    try await maker.sweep()
    exitAction = ExitCleanup.register { maker.dropAll() }
    // By now the server has been connected to, with all that this takes.
    ExitCleanup.comeBeforeLibraries()
  }

  /// Makes a database with the content of a fixture, for this caller alone.
  package func database(for fixture: Fixture) async throws(DatabaseServerError) -> Database {
    try await maker.database(for: fixture)
  }

  /// The sums of pg_stat_statements, where the server has loaded it and the URL's database has the extension.
  package func statementTimes(
    in database: PostgresConfiguration
  ) async throws(DatabaseServerError) -> StatementTimes {
    try await maker.statementTimes(inDatabase: database.parameters["dbname"] ?? "")
  }

  /// Drops every database that was made.
  package func stop() async {
    await maker.finish(dropping: true)
    await keeper.stop()
    ExitCleanup.withdraw(exitAction)
  }
}
