import PGDriver

/// A step of the database's schema, which is taken once.
package struct Migration: Sendable {
  /// Its place in the order; never changed once it is published.
  package let version: Int32
  /// What it does, for people.
  package let name: String
  /// The SQL; all steps that are due are one transaction.
  package let script: String

  /// Describes a step.
  package init(version: Int32, name: String, script: String) {
    self.version = version
    self.name = name
    self.script = script
  }
}

extension Migration {
  /// The advisory lock of those who migrate: any number that no other program uses in this database.
  private static let lock: Int64 = 0x7368_6f70_7365_7276

  /// Takes the steps that the database has not yet seen, all or none, while others wait to do the same.
  ///
  /// The table `schema_migrations` says which steps it has seen.
  ///
  /// - Returns: The versions of the steps taken.
  package static func run(
    _ migrations: [Migration], on connection: AsyncConnection
  ) async throws -> [Int32] {
    // So that what is read after the lock is what its last holder has left.
    try await connection.transaction(TransactionOptions(isolation: .readCommitted)) { connection in
      _ = try await connection.query("SELECT pg_advisory_xact_lock(\(lock))")
      try await connection.execute(table)
      let seen = try await connection.query("SELECT version FROM schema_migrations").decode(Int32.self)
      let due = migrations.filter { !seen.contains($0.version) }.sorted { $0.version < $1.version }
      for migration in due {
        try await connection.execute(migration.script)
        _ = try await connection.query(
          "INSERT INTO schema_migrations (version, name) VALUES (\(migration.version), \(migration.name))")
      }
      return due.map(\.version)
    }
  }

  private static let table = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
      version integer PRIMARY KEY,
      name text NOT NULL,
      applied_date timestamptz NOT NULL DEFAULT now()
    )
    """
}
