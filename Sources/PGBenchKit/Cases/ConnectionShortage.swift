import PGDriver

/// Why a server lets no more clients in, in numbers.
struct ConnectionShortage: CustomStringConvertible {
  let description: String

  /// Asks the server how many it allows; of failures with another reason there is nothing to say.
  init?(_ error: any Error, for request: SessionRequest) async {
    guard (error as? PostgresError)?.sqlState == Self.tooManyConnections else { return nil }
    let (clients, variants) = (request.clients, request.variants)
    let each = variants > 1 ? ", \(clients) for each of its \(variants) variants" : ""
    let allowed = await Self.allowed(by: request.database)
    description =
      "The benchmark's clients open \(clients * variants) connections at once\(each), and the server allows "
      + "\(allowed.map { "\($0)" } ?? "fewer") in all (max_connections), others' and those that are kept "
      + "for superusers included. Give it fewer clients, or raise max_connections."
  }

  private static func allowed(by server: PostgresConfiguration) async -> String? {
    // Those that have just been closed may take the server a moment.
    for _ in 0..<10 {
      if let connection = try? await AsyncConnection.connect(to: server) {
        let rows = try? await connection.query("SELECT pg_catalog.current_setting('max_connections')")
        await connection.close()
        return try? rows?.first?.decode(String.self, at: 0)
      }
      try? await Task.sleep(for: .milliseconds(100))
    }
    return nil
  }

  /// 53300 (PostgreSQL manual, appendix A).
  private static let tooManyConnections = SQLState(rawValue: "53300")
}

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
      guard let connection = try? SyncConnection.connect(to: database) else { return }
      _ = try? connection.query(
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.unnest(\(processes)) AS pid")
      connection.close()
    }.value
    thread.shutdown()
  }
}
