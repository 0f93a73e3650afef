public import PGDriver

/// A PostgreSQL server that hands out databases to benchmark in.
public protocol DatabaseServer: Sendable {
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
  func obituary() async -> String?

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
  public func obituary() async -> String? { nil }

  /// None known.
  public var checkpointerProcessID: Int32 { 0 }

  /// None known.
  public func statementTimes(
    in database: PostgresConfiguration
  ) async throws(DatabaseServerError) -> StatementTimes {
    throw DatabaseServerError(.databaseFailed, "this server doesn't tell")
  }
}
