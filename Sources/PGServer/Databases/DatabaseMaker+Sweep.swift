import PGDriver

// What runs that died left on a server that others use too.
extension DatabaseMaker {
  /// How many seconds a run may take, on a busy machine too, to open a connection anew that was
  /// ended from outside.
  private static let patience = 5

  /// Drops the databases of runs that died, as far as this role owns them and no session uses them.
  ///
  /// It looks twice: a live run whose connections were all ended at once locks itself anew in the meantime.
  func sweep() throws(DatabaseServerError) {
    let connection = try connect()
    do throws(PostgresError) {
      let first = try Self.leftovers(connection)
      guard !first.isEmpty else { return }
      try connection.execute("SELECT pg_catalog.pg_sleep(\(Self.patience))")
      let second = Set(try Self.leftovers(connection))
      for name in first where second.contains(name) {
        // Another session may be connected, or may drop it too: the next start tries again.
        try? connection.execute("DROP DATABASE IF EXISTS \(name)")
      }
    } catch {
      throw DatabaseServerError(
        .databaseFailed, "The databases of earlier runs at \(description) could not be listed: \(error)")
    }
  }

  private static func leftovers(_ connection: SyncConnection) throws(PostgresError) -> [String] {
    // Databases first: a run locks before it creates.
    let databases = try connection.query(
      """
      SELECT d.datname::pg_catalog.text,
        EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)
      FROM pg_catalog.pg_database d WHERE pg_catalog.pg_get_userbyid(d.datdba) = CURRENT_USER
      """
    ).decode((String, Bool).self)
    let locks = try connection.query(
      """
      SELECT objid::pg_catalog.int8 FROM pg_catalog.pg_locks
      WHERE locktype = 'advisory' AND objsubid = 2
        AND classid::pg_catalog.int8 = \(Int64(RunIdentifier.lockClass))
      """
    ).decode(Int64.self)
    return RunIdentifier.leftovers(
      databases: databases.map(\.0), lockedRuns: Set(locks.map { UInt32(truncatingIfNeeded: $0) }),
      used: Set(databases.filter(\.1).map(\.0)))
  }
}
