/// What the failure of a prepared statement says about the statement itself.
enum StatementFailure {
  /// The statement is good, or its text never was.
  case ofThisExecution
  /// The server doesn't know it any more, and perhaps no other either: they were discarded, or a pooler
  /// changed the server.
  case unknown
  /// What the server found out when it parsed the text no longer holds.
  ///
  /// - Parameter hasDoneNothing: Whether the failure came before anything was run.
  case outdated(hasDoneNothing: Bool)

  /// Judges the failure of an execution.
  ///
  /// The types of parameters are found out when the text is parsed, and never renewed, though the server
  /// plans anew when a table has changed (src/backend/utils/cache/plancache.c).
  init(_ fields: ServerFields, of statement: PreparedStatement) {
    switch fields.sqlState.rawValue {
    case "26000" where fields.message.contains(statement.name): self = .unknown
    case _ where fields.saysPlanIsStale: self = .outdated(hasDoneNothing: true)
    // A type was dropped: its object identifier is that of none now.
    case "XX000" where fields.message.hasPrefix("cache lookup failed"): self = .outdated(hasDoneNothing: true)
    // A parameter isn't what the statement was parsed for. The server says "portal" of a value that it could
    // not read; a failure without that may come from a function that had done something.
    case "22P02", "22P03", "22007", "22008", "22003", "22021":
      self = .outdated(hasDoneNothing: fields.context?.contains("portal") == true)
    case "42804", "42883", "42P18", "42704", "08P01": self = .outdated(hasDoneNothing: false)
    default: self = .ofThisExecution
    }
  }
}

extension ServerFields {
  /// Whether the server says that a statement's cached plan can't be used any more.
  ///
  /// "cached plan must not change result type" has an SQLSTATE that many errors have, but a function of its
  /// own in the server's source (src/backend/utils/cache/plancache.c).
  var saysPlanIsStale: Bool { sqlState == .featureNotSupported && function == "RevalidateCachedQuery" }

  /// Whether the failure is that of a prepared statement which the driver makes anew when it is next used.
  var saysStatementIsStale: Bool {
    saysPlanIsStale || (sqlState == .invalidSQLStatementName && message.contains(PreparedStatement.prefix))
  }
}

extension PostgresError {
  /// Says of a statement that the server doesn't know what can be done about it.
  static func unknownStatement(_ fields: ServerFields) -> PostgresError {
    PostgresError(
      .server,
      "\(fields.message): the session's prepared statements were discarded, or a pooler gave the connection another "
        + "server. The next try prepares it anew. Behind a pooler in transaction mode set statementCacheSize to 0.",
      serverFields: fields)
  }
}
