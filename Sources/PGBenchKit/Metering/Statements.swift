import PGDriver
import PGMeasuring
import PGServer

/// Reads what a server says of the statements in a database, and the time that it spent on them.
///
/// The kit's server counts statements only for sessions that ask for it, which costs them time.
struct Statements: PassInstrument {
  private static let figures: [(metric: Metric, value: @Sendable (StatementTimes) -> Double)] = [
    (.statements, { $0.calls }), (.serverExecution, { $0.execution }), (.serverPlanning, { $0.planning }),
  ]

  private let server: any DatabaseServer
  private let database: PostgresConfiguration
  private let isCounted: Bool

  /// - Parameter isCounted: Whether the server is known to count, so that no statement is none.
  init(on server: any DatabaseServer, database: PostgresConfiguration, isCounted: Bool) {
    self.server = server
    self.database = database
    self.isCounted = isCounted
  }

  func measure(operations: Int, _ run: () async throws -> Void) async throws -> [MetricSummary] {
    let before = await times()
    try await run()
    let after = await times()
    do throws(DatabaseServerError) {
      let times = try after.get().since(before.get())
      guard isCounted || times.calls > 0 else {
        throw DatabaseServerError(.notPermitted, "the server counts no statements of this role")
      }
      return Self.figures.map { MetricSummary($0.metric, .value($0.value(times) / Double(operations))) }
    } catch {
      return Self.figures.map { MetricSummary($0.metric, .notAvailable(reason: error.description)) }
    }
  }

  private func times() async -> Result<StatementTimes, DatabaseServerError> {
    do throws(DatabaseServerError) {
      return .success(try await server.statementTimes(in: database))
    } catch {
      return .failure(error)
    }
  }
}

extension PostgresConfiguration {
  /// The same with the session's statements counted, planning apart; for a superuser of the kit's own server.
  var countingStatements: PostgresConfiguration {
    var copy = self
    let options = "-c pg_stat_statements.track=top -c pg_stat_statements.track_planning=on"
    copy.parameters["options"] = parameters["options"].map { "\($0) \(options)" } ?? options
    return copy
  }
}
