import PGDriver
import PGMeasuring
import PGServer

/// Runs some operations of each variant once more, for metrics whose taking would cost the measured blocks
/// time.
///
/// The kit's server counts statements only for sessions that ask for it, and the process's peak of memory is
/// of one variant only while no other runs.
enum AttributionPass {
  /// How many operations are run: a block or a few, so that it is over soon.
  static func operations(of samples: SampleSet) -> Int {
    let blocks = samples.series.first?.blocks ?? []
    let block = blocks.first?.operations ?? 1
    let elapsed = blocks.reduce(0) { $0 + $1.elapsed } / max(1, blocks.reduce(0) { $0 + $1.operations })
    let inASecond = 1_000_000_000 / max(1, elapsed)
    return max(block, min(block * 4, 2000, inASecond))
  }

  /// The metrics of each variant.
  static func run<Output: Sendable>(
    _ variants: [CaseVariant<Output>], on server: any DatabaseServer, after samples: SampleSet
  ) async throws -> [[MetricSummary]] {
    let operations = operations(of: samples)
    var metrics: [[MetricSummary]] = []
    for variant in variants {
      metrics.append(
        try await variant.attribution(first: samples.nextOperation, operations: operations, on: server))
    }
    return metrics
  }

  /// The metrics of a variant from what the server says before and after.
  ///
  /// - Parameter isCounted: Whether the server is known to count, so that no statement is none.
  static func metrics(
    _ before: Result<StatementTimes, DatabaseServerError>,
    _ after: Result<StatementTimes, DatabaseServerError>,
    operations: Int, isCounted: Bool
  ) -> [MetricSummary] {
    let metrics: [(Metric, (StatementTimes) -> Double)] = [
      (.statements, \.calls), (.serverExecution, \.execution), (.serverPlanning, \.planning),
    ]
    do throws(DatabaseServerError) {
      let times = try after.get().since(before.get())
      guard isCounted || times.calls > 0 else {
        throw DatabaseServerError(.notPermitted, "the server counts no statements of this role")
      }
      return metrics.map { MetricSummary($0, .value($1(times) / Double(operations))) }
    } catch {
      return metrics.map { metric, _ in MetricSummary(metric, .notAvailable(reason: error.description)) }
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
