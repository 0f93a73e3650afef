import PGDriver

/// Makes databases on one server: a template for each fixture, and clones of it.
///
/// One statement at a time, on a connection of its own, which also holds the lock that says that the run is
/// alive. Names come from the run's pattern only, so no name needs quoting.
actor DatabaseMaker {
  private let configuration: PostgresConfiguration
  private let strategy: CloneStrategy
  private let run = RunIdentifier.random()
  private let executor = QueueExecutor(label: "pgbenchkit.databases")
  private var connection: SyncConnection?
  private var templates: [Fixture: String] = [:]
  private var count = 0
  private var isFinished = false
  /// The databases that exist, for whoever has to drop them without waiting for the actor.
  private nonisolated let names = Lock<[String]>([])

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Uses the database that the configuration names only to make and drop others.
  init(configuration: PostgresConfiguration, strategy: CloneStrategy) {
    self.configuration = configuration
    self.strategy = strategy
  }

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
        .unreachable, "The server at \(configuration) gave no account of itself: \(error)")
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

  /// Drops the databases of runs that died, as far as this role owns them and nobody uses them.
  func sweep() throws(DatabaseServerError) {
    let connection = try connect()
    do {
      // Databases first: a run locks before it creates.
      let databases = try connection.query(
        "SELECT datname::text FROM pg_database WHERE datdba = current_user::regrole AND datname LIKE 'pgbenchkit%'"
      )
      let locks = try connection.query(
        """
        SELECT objid::int8 FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2 AND classid::int8 = \(Int64(RunIdentifier.lockClass))
        """)
      let locked = try locks.map { UInt32(truncatingIfNeeded: try $0.decode(Int64.self, at: 0)) }
      let names = try databases.map { try $0.decode(String.self, at: 0) }
      for name in RunIdentifier.leftovers(databases: names, lockedRuns: Set(locked)) {
        // Somebody may be connected, or may drop it too: the next start tries again.
        try? connection.execute("DROP DATABASE IF EXISTS \(name)")
      }
    } catch {
      throw DatabaseServerError(
        .databaseFailed, "The databases of earlier runs at \(configuration) could not be listed: \(error)")
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
    guard !left.isEmpty, let connection = try? SyncConnection(configuration) else { return }
    for name in left {
      try? connection.execute(Self.dropping(name, serverVersion: connection.serverVersion))
    }
    connection.close()
  }

  private func template(for fixture: Fixture) throws(DatabaseServerError) -> String {
    if let template = templates[fixture] { return template }
    // The same order of text on every server, whatever its own locale.
    let provider = try connect().serverVersion >= 150_000 ? "LOCALE_PROVIDER libc" : ""
    let name = try create("TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' \(provider)")
    do {
      let connection = try SyncConnection(configuration.with(database: name))
      defer { connection.close() }
      try connection.execute("SET client_min_messages = error")
      try connection.execute(fixture.script)
      try connection.execute("VACUUM (FREEZE, ANALYZE)")
    } catch {
      try? drop(name)
      throw DatabaseServerError(.databaseFailed, "The SQL of fixture \(fixture.name) failed: \(error)")
    }
    templates[fixture] = name
    return name
  }

  private func create(_ options: String) throws(DatabaseServerError) -> String {
    let connection = try connect()
    count += 1
    let name = run.name(ofDatabase: count)
    // Noted first: if the process ends meanwhile, it must be dropped.
    names.withLock { $0.append(name) }
    do {
      try connection.execute("CREATE DATABASE \(name) \(options)")
      return name
    } catch {
      names.withLock { $0.removeAll { $0 == name } }
      guard error.sqlState == .insufficientPrivilege else {
        throw DatabaseServerError(
          .databaseFailed, "No database could be made at \(configuration): \(error)")
      }
      let role = configuration.user.flatMap { try? PostgresQuery.quoted(identifier: $0) } ?? "…"
      throw DatabaseServerError(
        .notPermitted,
        """
        The role that PGBENCH_DATABASE_URL logs in as may not create databases at \(configuration), and \
        benchmarks work in databases of their own making only. Let a superuser grant it: \
        ALTER ROLE \(role) CREATEDB; (the server said: \(error.message))
        """)
    }
  }

  /// The connection, made anew where it broke, with the lock that says that the run is alive.
  func connect() throws(DatabaseServerError) -> SyncConnection {
    guard !isFinished else { throw DatabaseServerError(.stopped, "The server was stopped already.") }
    if let connection, !connection.isClosed { return connection }
    do {
      let new = try SyncConnection(configuration)
      let key = Int32(bitPattern: run.value)
      // Shared, so that the one chance in four thousand million of a common number does not block a run.
      _ = try new.query(
        "SELECT pg_advisory_lock_shared(\(RunIdentifier.lockClass), \(key))::text")
      connection = new
      return new
    } catch {
      throw DatabaseServerError(.unreachable, "No connection to the server at \(configuration): \(error)")
    }
  }

  private static func dropping(_ name: String, serverVersion: Int32) -> String {
    "DROP DATABASE IF EXISTS \(name)\(serverVersion >= 130_000 ? " WITH (FORCE)" : "")"
  }
}
