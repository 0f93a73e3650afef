import PGDriver

/// What a server has spent on the statements of one database: the sums of pg_stat_statements.
///
/// PostgreSQL manual, section F.32, "pg_stat_statements".
package struct StatementTimes: Sendable, Hashable {
  /// How many statements were executed.
  package let calls: Double
  /// Execution time in nanoseconds.
  package let execution: Double
  /// Planning time in nanoseconds; 0 unless `pg_stat_statements.track_planning` is on.
  package let planning: Double

  /// Records sums.
  package init(calls: Double, execution: Double, planning: Double) {
    self.calls = calls
    self.execution = execution
    self.planning = planning
  }

  /// What came after an earlier reading.
  package func since(_ earlier: StatementTimes) -> StatementTimes {
    StatementTimes(
      calls: calls - earlier.calls, execution: execution - earlier.execution,
      planning: planning - earlier.planning)
  }
}

// What the server knows of the work that others do in its databases.
extension DatabaseMaker {
  /// Makes pg_stat_statements readable, where the server has loaded it.
  func prepareStatementTimes() throws(DatabaseServerError) {
    try asking("pg_stat_statements could not be made") { (connection) throws(PostgresError) in
      try connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public")
    }
  }

  /// The sums of pg_stat_statements for a database, without what begins and ends transactions.
  ///
  /// PostgreSQL counts that or not, depending on whether it was prepared.
  func statementTimes(inDatabase name: String) throws(DatabaseServerError) -> StatementTimes {
    try asking("pg_stat_statements could not be read") { (connection) throws(PostgresError) in
      let view = try Self.nameOfStatistics(connection)
      let rows = try connection.query(
        """
        SELECT coalesce(sum(calls), 0)::pg_catalog.float8,
          coalesce(sum(total_exec_time), 0)::pg_catalog.float8,
          coalesce(sum(total_plan_time), 0)::pg_catalog.float8
        FROM \(unescaped: view) s JOIN pg_catalog.pg_database d ON d.oid = s.dbid WHERE d.datname = \(name)
          AND s.query !~* '^\\s*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE)\\M'
        """)
      let (calls, execution, planning) = try rows[0].decode((Double, Double, Double).self)
      return StatementTimes(calls: calls, execution: execution * 1e6, planning: planning * 1e6)
    }
  }

  /// The process that writes checkpoints; 0 if the role may not know.
  func checkpointerProcessID() throws(DatabaseServerError) -> Int32 {
    try asking("pg_stat_activity could not be read") { (connection) throws(PostgresError) in
      try connection.query("SELECT pid FROM pg_catalog.pg_stat_activity WHERE backend_type = 'checkpointer'")
        .first?
        .decode(Int32.self, at: 0) ?? 0
    }
  }

  /// The view in the schema that its extension is in.
  private static func nameOfStatistics(_ connection: SyncConnection) throws(PostgresError) -> String {
    let schemas = try connection.query(
      """
      SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_extension e
      JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'
      """
    ).decode(String.self)
    guard let schema = schemas.first else {
      throw PostgresError(
        .server,
        "the database has no extension of that name. Let a superuser make it: CREATE EXTENSION "
          + "pg_stat_statements;")
    }
    return try "\(PostgresQuery.quoted(identifier: schema)).pg_stat_statements"
  }

  private func asking<Answer>(
    _ what: String, _ body: (SyncConnection) throws(PostgresError) -> Answer
  ) throws(DatabaseServerError) -> Answer {
    let connection = try connect()
    do throws(PostgresError) {
      return try body(connection)
    } catch {
      throw DatabaseServerError(.databaseFailed, "\(what): \(error.message)")
    }
  }
}
