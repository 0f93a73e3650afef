import PGDriver

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
    let connection = try SyncConnection(configuration)
    try connection.execute(emptyPath)
    try connection.execute(settings(serverVersion: connection.serverVersion))
    // Whatever others have locked: a drop that waits keeps all that comes after it waiting.
    try connection.execute("SET lock_timeout = '30s'")
    try connection.execute(run.lockStatement)
    return connection
  }

  /// Opens a connection that loads a fixture.
  static func loading(_ configuration: PostgresConfiguration) throws(PostgresError) -> SyncConnection {
    let connection = try SyncConnection(configuration)
    try connection.execute(settings(serverVersion: connection.serverVersion))
    return connection
  }
}
