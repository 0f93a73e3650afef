package import PGDriver
import PGSystem

/// A PostgreSQL server that hands out databases to test and to benchmark in.
package protocol DatabaseServer: Sendable {
  /// What the server is, for reports.
  var info: ServerInfo { get }

  /// Makes a database with the content of a fixture, for this caller alone.
  ///
  /// The fixture is loaded once for each server, into a template, and cloned for each call. Drop the database
  /// when done; what is left is dropped when the server is stopped and when the process ends.
  func database(for fixture: Fixture) async throws(DatabaseServerError) -> Database

  /// What became of the server if it is gone, or can't go on, to be told with the failure of a benchmark.
  ///
  /// Nil if there is nothing to say, or if it can't be known here.
  func causeOfFailure() async -> String?

  /// The sums of pg_stat_statements for a database that was made here.
  ///
  /// - Throws: why they can't be had.
  func statementTimes(in database: PostgresConfiguration) async throws(DatabaseServerError) -> StatementTimes

  /// The process that writes checkpoints, if it is one of this machine; else 0.
  var checkpointerProcessID: Int32 { get }

  /// Drops what was made, and stops the server if the kit started it. Further calls do nothing.
  func stop() async
}

extension DatabaseServer {
  /// Nil, since it can't be known here.
  package func causeOfFailure() async -> String? { nil }

  /// None known.
  package var checkpointerProcessID: Int32 { 0 }

  /// None known.
  package func statementTimes(
    in database: PostgresConfiguration
  ) async throws(DatabaseServerError) -> StatementTimes {
    throw DatabaseServerError(.databaseFailed, "this server doesn't tell")
  }
}

/// What a server is, as far as it decides how fast it is.
package struct ServerInfo: Sendable, Hashable, Codable {
  /// Whose server it is.
  package enum Kind: String, Sendable, Codable {
    /// The kit started it, and may bind and schedule its processes.
    case throwaway
    /// The kit didn't start it; it is named by PGBENCH_DATABASE_URL, and its processes are never touched.
    case external
  }

  /// How clients reach it.
  package enum Transport: String, Sendable, Codable {
    /// A Unix socket.
    case unixSocket
    /// Plain TCP.
    case tcp
    /// TCP under TLS.
    case tls
  }

  /// Where the server keeps its databases.
  package enum Storage: String, Sendable, Codable {
    /// In a file system in memory.
    case memory
    /// In the temporary folder.
    case temporaryFolder
  }

  /// Whose server it is.
  package let kind: Kind
  /// Where the server keeps its databases; nil where that is not known, on an external one.
  package let storage: Storage?
  /// The version in words, such as `17.2 (Debian 17.2-1.pgdg120+1)`.
  package let version: String
  /// The version as a number, such as 170002 for 17.2.
  package let versionNumber: Int
  /// How clients reach it.
  package let transport: Transport
  /// The settings that matter to speed, by name, as SHOW prints them.
  package let settings: [String: String]

  /// The settings that are reported.
  static let namesOfSettings = [
    "autovacuum", "effective_cache_size", "fsync", "full_page_writes", "huge_pages", "jit", "lc_collate",
    "max_connections", "max_parallel_workers_per_gather", "max_wal_size", "random_page_cost",
    "server_encoding", "shared_buffers", "shared_preload_libraries", "synchronous_commit", "TimeZone",
    "track_activities", "track_io_timing", "wal_level", "work_mem",
  ]

  /// Asks the server that a connection leads to.
  init(
    kind: Kind, storage: Storage?, connection: SyncConnection, configuration: PostgresConfiguration
  ) throws(PostgresError) {
    self.kind = kind
    self.storage = storage
    let names = Self.namesOfSettings.map { "'\($0)'" }.joined(separator: ", ")
    let rows = try connection.query(
      """
      SELECT name::pg_catalog.text, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings
      WHERE name IN (\(unescaped: names))
      """)
    var settings: [String: String] = [:]
    for (name, value) in try rows.decode((String, String).self) { settings[name] = value }
    self.settings = settings
    version = connection.serverParameter("server_version") ?? "unknown"
    versionNumber = Int(connection.serverVersion)
    if configuration.host?.utf8.first == UInt8(ascii: "/") {
      transport = .unixSocket
    } else {
      let answer = try connection.query(
        "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()")
      let isEncrypted = try answer.first?.decode(Bool.self, at: 0) ?? false
      transport = isEncrypted ? .tls : .tcp
    }
  }
}

/// The server of this process: started when it is first asked for, and used by every benchmark.
public enum SharedServer {
  private typealias Start = Task<Result<any DatabaseServer, DatabaseServerError>, Never>

  private static let start = Lock<Start?>(nil)

  /// Makes a database with the content of a fixture, for this caller alone.
  ///
  /// The fixture is loaded once, into a template, and cloned for each call. Drop the database when done; what
  /// is left is dropped when the process ends. Tests of Swift Testing have the trait `.postgres` of
  /// PGServerTesting for it.
  public static func database(for fixture: Fixture) async throws(DatabaseServerError) -> Database {
    try await server().database(for: fixture)
  }

  /// The server that PGBENCH_DATABASE_URL names, else one that the kit starts.
  ///
  /// The first caller starts it, the others wait for the same. A failure is kept too: what could not be had
  /// once is not waited for again in every test. It goes away with the process; no caller needs to stop it.
  package static func server() async throws(DatabaseServerError) -> any DatabaseServer {
    let task = start.withLock { start in
      if let start { return start }
      let new = Start.detached {
        do throws(DatabaseServerError) {
          return .success(try await make())
        } catch {
          return .failure(error)
        }
      }
      start = new
      return new
    }
    return try await task.value.get()
  }

  private static func make() async throws(DatabaseServerError) -> any DatabaseServer {
    let environment = CallersEnvironment.current()
    if let url = environment[ExternalServer.variable], !url.isEmpty {
      return try await ExternalServer.connect(to: url)
    }
    return try await ThrowawayServer.start(environment: environment)
  }
}

/// Why no database server, or no database on it, could be had.
///
/// The description says what to do next. It never holds a password.
public struct DatabaseServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong, to decide by.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name of the code, such as `startFailed`.
    public let description: String

    /// No folder with `postgres` and `initdb` was found.
    public static let postgresNotFound = Code(description: "postgresNotFound")
    /// An environment variable or URL says something that cannot be used.
    public static let invalidConfiguration = Code(description: "invalidConfiguration")
    /// No new cluster could be made.
    public static let initialisationFailed = Code(description: "initialisationFailed")
    /// The server of the kit did not start.
    public static let startFailed = Code(description: "startFailed")
    /// The server does not answer, or refuses the user.
    public static let unreachable = Code(description: "unreachable")
    /// The user may not create databases.
    public static let notPermitted = Code(description: "notPermitted")
    /// A database could not be made, filled or dropped.
    public static let databaseFailed = Code(description: "databaseFailed")
    /// The server was stopped already.
    public static let stopped = Code(description: "stopped")
  }

  /// What went wrong, to decide by.
  public let code: Code
  /// What went wrong and what to do next, for people.
  public let description: String

  /// What happened on the connection, if that is why.
  let cause: PostgresError?

  package init(_ code: Code, _ description: String, cause: PostgresError? = nil) {
    self.code = code
    self.description = description
    self.cause = cause
  }

  /// Whether the server itself is in trouble, of which its log may tell, and not what was asked of it.
  var isServersTrouble: Bool {
    guard let cause else { return false }
    // Appendix A, "PostgreSQL Error Codes": insufficient resources, operator intervention, system
    // error, internal error.
    let classes = ["53", "57", "58", "XX"]
    return cause.code == .connectionLost || cause.code == .connectionClosed || cause.code == .connectionFailed
      || cause.sqlState.map { classes.contains(String($0.rawValue.prefix(2))) } ?? false
  }
}
