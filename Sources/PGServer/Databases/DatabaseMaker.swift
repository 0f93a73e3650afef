import Dispatch
public import PGDriver
import PGSystem

/// Makes databases on one server: a template for each fixture, and clones of it.
///
/// One statement at a time, on a connection of its own, which also holds the lock that says that the run is
/// alive. Names come from the run's pattern only, so no name needs quoting.
actor DatabaseMaker {
  private let configuration: PostgresConfiguration
  private let strategy: CloneStrategy
  /// Whether other roles reach the server.
  private let isShared: Bool
  nonisolated let run = RunIdentifier.random()
  private let executor = QueueExecutor(label: "pgbenchkit.databases")
  private var connection: SyncConnection?
  private var templates: [Fixture: String] = [:]
  private var count = 0
  private var isFinished = false
  /// Whether the role's sessions look for tables elsewhere than by default.
  private var hasOwnPath = false
  /// The databases that exist, for code that has to drop them without waiting for the actor.
  private nonisolated let names = Lock<[String]>([])

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Uses the database that the configuration names only to make and drop others.
  init(configuration: PostgresConfiguration, strategy: CloneStrategy, isShared: Bool) {
    self.configuration = configuration
    self.strategy = strategy
    self.isShared = isShared
  }

  /// Where the server is, for messages.
  nonisolated var description: String { configuration.description }

  /// Connects and asks what server it is.
  func info(
    kind: ServerInfo.Kind, storage: ServerInfo.Storage?
  ) throws(DatabaseServerError) -> ServerInfo {
    let connection = try connect()
    do {
      return try ServerInfo(
        kind: kind, storage: storage, connection: connection, configuration: configuration)
    } catch {
      throw DatabaseServerError(
        .unreachable, "The server at \(configuration) did not say what it is: \(error)")
    }
  }

  /// Clones the fixture's template, which is made first where there is none yet.
  func database(for fixture: Fixture) throws(DatabaseServerError) -> Database {
    let template = try template(for: fixture)
    let name = try create(
      "TEMPLATE \(template) \(strategy.clause(serverVersion: try connect().serverVersion))")
    return Database(name: name, configuration: configuration.with(database: name), maker: self)
  }

  /// Drops one database; does nothing if it was dropped already, or went with the server.
  func drop(_ name: String) throws(DatabaseServerError) {
    guard !isFinished, names.withLock({ $0.contains(name) }) else { return }
    do {
      let connection = try connect()
      // DROP waits for what sessions have locked of the database before it ends them. Those of other roles
      // it may not end.
      if !isShared {
        _ = try connection.query(
          """
          SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_get_activity(NULL) AS a
          WHERE a.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = \(name)::name)
          """)
      }
      try connection.execute(Self.dropping(name, serverVersion: connection.serverVersion))
      names.withLock { $0.removeAll { $0 == name } }
    } catch let error as PostgresError {
      throw DatabaseServerError(.databaseFailed, "Database \(name) could not be dropped: \(error)")
    } catch let error as DatabaseServerError {
      throw error
    } catch {
      throw DatabaseServerError(.databaseFailed, "Database \(name) could not be dropped: \(error)")
    }
  }

  /// Lets go of the server; drops the databases unless they go with it.
  func finish(dropping: Bool) {
    guard !isFinished else { return }
    isFinished = true
    connection?.close()
    connection = nil
    if dropping { dropAll() }
  }

  /// Drops every database on a connection of its own, blocking, for the end of the process.
  nonisolated func dropAll() {
    let left = names.withLock { names in
      defer { names = [] }
      return names
    }
    guard !left.isEmpty else { return }
    do throws(PostgresError) {
      let connection = try OwnSession.maintaining(configuration, of: run)
      defer { connection.close() }
      for name in left {
        do throws(PostgresError) {
          try connection.execute(Self.dropping(name, serverVersion: connection.serverVersion))
        } catch {
          Self.say([name], stay: error)
        }
      }
    } catch {
      Self.say(left, stay: error)
    }
  }

  private static func say(_ names: [String], stay error: PostgresError) {
    let nouns = names.count == 1 ? "Database" : "Databases"
    Console.standardError(
      "\(nouns) \(names.joined(separator: ", ")) could not be dropped, and the next run tries again: "
        + "\(error)\n")
  }

  private func template(for fixture: Fixture) throws(DatabaseServerError) -> String {
    if let template = templates[fixture] { return template }
    // The same order of text on every server, whatever its own locale.
    let provider = try connect().serverVersion >= 150_000 ? "LOCALE_PROVIDER libc" : ""
    let name = try create("TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' \(provider)")
    do throws(DatabaseServerError) {
      try load(fixture, into: name)
      try close(name)
    } catch {
      try? drop(name)
      throw error
    }
    templates[fixture] = name
    return name
  }

  /// Lets no session into a template: one would change all clones that follow, or keep them from being made.
  private func close(_ name: String) throws(DatabaseServerError) {
    let connection = try connect()
    do throws(PostgresError) {
      try connection.execute("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
    } catch {
      throw DatabaseServerError(
        .databaseFailed, "Database \(name) could not be closed to sessions: \(error)", cause: error)
    }
  }

  private func load(_ fixture: Fixture, into name: String) throws(DatabaseServerError) {
    let connection: SyncConnection
    do throws(PostgresError) {
      connection = try OwnSession.loading(configuration.with(database: name))
    } catch {
      throw DatabaseServerError(
        .databaseFailed, "Database \(name) could not be filled: \(error)", cause: error)
    }
    defer { connection.close() }
    try FixtureLoader.load(fixture, on: connection)
  }

  private func create(_ options: String) throws(DatabaseServerError) -> String {
    let connection = try connect()
    count += 1
    let name = run.name(ofDatabase: count)
    // Noted first: if the process ends meanwhile, it must be dropped.
    names.withLock { $0.append(name) }
    do throws(PostgresError) {
      guard isShared else {
        try connection.execute("CREATE DATABASE \(name) \(options)")
        return name
      }
      // No session can connect before other roles are locked out: what they put there might be called by this
      // role's statements, and a template that a session is connected to can't be cloned.
      try connection.execute("CREATE DATABASE \(name) \(options) ALLOW_CONNECTIONS false")
      try connection.execute("REVOKE CONNECT ON DATABASE \(name) FROM PUBLIC")
      if hasOwnPath {
        try connection.execute(
          "ALTER ROLE SESSION_USER IN DATABASE \(name) SET search_path = \"$user\", public")
      }
      try connection.execute("ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
      return name
    } catch {
      try? drop(name)
      names.withLock { $0.removeAll { $0 == name } }
      guard error.sqlState == .insufficientPrivilege else {
        throw DatabaseServerError(
          .databaseFailed, "No database could be made at \(configuration): \(error)", cause: error)
      }
      throw notPermitted(error, on: connection)
    }
  }

  private func notPermitted(_ error: PostgresError, on connection: SyncConnection) -> DatabaseServerError {
    let answer = try? connection.query("SELECT CURRENT_USER::pg_catalog.text").first?.decode(
      String.self, at: 0)
    let role = answer.flatMap { try? PostgresQuery.quoted(identifier: $0) } ?? "…"
    return DatabaseServerError(
      .notPermitted,
      """
      The role that PGBENCH_DATABASE_URL logs in as may not create databases at \(configuration), and \
      benchmarks work in databases of their own making only. Let a superuser grant it: \
      ALTER ROLE \(role) CREATEDB; (the server said: \(error.message))
      """)
  }

  /// The connection, made anew where it broke, with the lock that says that the run is alive.
  func connect() throws(DatabaseServerError) -> SyncConnection {
    guard !isFinished else { throw DatabaseServerError(.stopped, "The server was stopped already.") }
    if let connection, !connection.isClosed { return connection }
    do throws(PostgresError) {
      let new = try OwnSession.maintaining(configuration, of: run)
      if isShared { hasOwnPath = try Self.hasOwnPath(new) }
      connection = new
      return new
    } catch {
      throw DatabaseServerError(
        .unreachable, "No connection to the server at \(configuration): \(error)", cause: error)
    }
  }

  /// Whether the role, or all roles, have a search_path of their own: one for the role's own databases, which
  /// in a new one leads nowhere.
  private static func hasOwnPath(_ connection: SyncConnection) throws(PostgresError) -> Bool {
    try connection.query(
      """
      SELECT EXISTS (
        SELECT FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) AS setting
        WHERE s.setdatabase = 0 AND setting LIKE 'search_path=%'
          AND (s.setrole = 0 OR pg_catalog.pg_get_userbyid(s.setrole) = SESSION_USER))
      """)[0].decode(Bool.self, at: 0)
  }

  private static func dropping(_ name: String, serverVersion: Int32) -> String {
    "DROP DATABASE IF EXISTS \(name)\(serverVersion >= 130_000 ? " WITH (FORCE)" : "")"
  }
}

/// A database that was made for one use.
public struct Database: Sendable {
  /// Its name, `pgbenchkit_…`.
  public let name: String
  /// How to connect to it.
  public let configuration: PostgresConfiguration
  private let maker: DatabaseMaker

  init(name: String, configuration: PostgresConfiguration, maker: DatabaseMaker) {
    self.name = name
    self.configuration = configuration
    self.maker = maker
  }

  /// Drops the database, and with it every connection to it that is still open.
  ///
  /// A second call does nothing.
  public func drop() async throws(DatabaseServerError) {
    try await maker.drop(name)
  }
}

/// How CREATE DATABASE copies a template (PostgreSQL manual, CREATE DATABASE, STRATEGY; since version 15).
enum CloneStrategy: String, Sendable {
  /// Copies the files; needs a checkpoint of the whole server before and after.
  case fileCopy = "FILE_COPY"
  /// Copies block by block through the write-ahead log; disturbs no other user of the server.
  case writeAheadLog = "WAL_LOG"

  /// The clause for a server of that version; older ones know the copy of files only.
  func clause(serverVersion: Int32) -> String {
    serverVersion >= 150_000 ? "STRATEGY \(rawValue)" : ""
  }
}

/// What a connection of the kit's own is set to, whatever its role's sessions are set to by default.
enum OwnSession {
  /// Has a connection find PostgreSQL's own functions and operators only.
  ///
  /// To be the first statement of all, as in PostgreSQL's own programs: in the usual path an operator may be
  /// one that another role has put there, and a superuser would run it (CVE-2018-1058).
  static let emptyPath = "SELECT pg_catalog.set_config('search_path', '', false)"

  /// Lets statements take their time, lets them write, and has quotations read by the standard's rules.
  static func settings(serverVersion: Int32) -> String {
    var settings = [
      "statement_timeout = 0", "lock_timeout = 0", "idle_in_transaction_session_timeout = 0",
      "default_transaction_read_only = off", "default_transaction_isolation = 'read committed'",
      "default_transaction_deferrable = off", "row_security = on", "standard_conforming_strings = on",
      "client_min_messages = error",
    ]
    if serverVersion >= 140_000 { settings.append("idle_session_timeout = 0") }
    if serverVersion >= 170_000 { settings.append("transaction_timeout = 0") }
    return settings.map { "SET \($0)" }.joined(separator: "; ")
  }

  /// Opens a connection that makes and drops databases, and locks its run.
  static func maintaining(
    _ configuration: PostgresConfiguration, of run: RunIdentifier
  ) throws(PostgresError) -> SyncConnection {
    let connection = try SyncConnection.connect(to: configuration)
    try connection.execute(emptyPath)
    try connection.execute(settings(serverVersion: connection.serverVersion))
    // Whatever others have locked: a drop that waits keeps all that comes after it waiting.
    try connection.execute("SET lock_timeout = '30s'")
    try connection.execute(run.lockStatement)
    return connection
  }

  /// Opens a connection that loads a fixture.
  static func loading(_ configuration: PostgresConfiguration) throws(PostgresError) -> SyncConnection {
    let connection = try SyncConnection.connect(to: configuration)
    try connection.execute(settings(serverVersion: connection.serverVersion))
    return connection
  }
}

/// Runs an actor on a queue of its own, so that blocking in it takes no thread of the cooperative pool.
final class QueueExecutor: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in job.runSynchronously(on: asUnownedSerialExecutor()) }
  }
}
