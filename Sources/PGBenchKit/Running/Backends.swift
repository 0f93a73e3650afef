import PGDriver

/// The server's processes behind connections.
enum Backends {
  /// Asks for all of the current database.
  static let query: PostgresQuery =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"

  /// The answer to that.
  static func all(of rows: PostgresRows) throws(PostgresError) -> [Int32] {
    var identifiers: [Int32] = []
    for row in rows { identifiers.append(try row.decode(at: 0)) }
    return identifiers
  }

  /// Ends backends of the configuration's user, so that whatever waits for one of them waits no longer.
  ///
  /// What can't be ended goes on.
  static func terminate(_ processes: [Int32], in database: PostgresConfiguration) async {
    guard !processes.isEmpty, let thread = try? BlockingExecutor(threads: 1) else { return }
    var database = database
    database.parameters["connect_timeout"] = "2"
    // Not a child of the task that is being ended, so that it isn't cancelled with it.
    await Task(executorPreference: thread) { [database] in
      guard let connection = try? SyncConnection(database) else { return }
      _ = try? connection.query(
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.unnest(\(processes)) AS pid")
      connection.close()
    }.value
    thread.shutdown()
  }
}
