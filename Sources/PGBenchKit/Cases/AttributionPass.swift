import PGDriver
import PGMeasuring
import PGServer

/// Runs some operations of each variant once more, for metrics whose taking would cost the measured blocks
/// time.
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

  /// What is measured in the pass, a line each, in the order in which it is read before the operations.
  ///
  /// - Parameter isCounted: Whether the server is known to count, so that no statement is none.
  static func instruments(
    on server: any DatabaseServer, database: PostgresConfiguration, isCounted: Bool
  ) -> [any PassInstrument] {
    [
      Statements(on: server, database: database, isCounted: isCounted),
      PeakMemory(),
    ]
  }

  /// Measures what is run with each instrument, the first one's readings outermost.
  static func metrics(
    of instruments: ArraySlice<any PassInstrument>, operations: Int, run: () async throws -> Void
  ) async throws -> [MetricSummary] {
    guard let first = instruments.first else {
      try await run()
      return []
    }
    var rest: [MetricSummary] = []
    let metrics = try await first.measure(operations: operations) {
      rest = try await self.metrics(of: instruments.dropFirst(), operations: operations, run: run)
    }
    return metrics + rest
  }
}

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
