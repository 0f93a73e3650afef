/// What a server has spent on the statements of one database: the sums of pg_stat_statements.
///
/// PostgreSQL manual, section F.32, "pg_stat_statements".
public struct StatementTimes: Sendable, Hashable {
  /// How many statements were executed.
  public let calls: Double
  /// Execution time in nanoseconds.
  public let execution: Double
  /// Planning time in nanoseconds; 0 unless `pg_stat_statements.track_planning` is on.
  public let planning: Double

  /// Records sums.
  public init(calls: Double, execution: Double, planning: Double) {
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
