package import PGDriver
package import PGMeasuring
package import PGServer

/// A variant whose operations can be run once more, for metrics whose taking would cost the measured blocks
/// time.
package protocol CountedVariant: Sendable {
  /// How many clients it has.
  var clients: Int { get }

  /// Opens a session whose statements the server counts, and runs operations that prepare and plan.
  ///
  /// - Returns: The database that it works in.
  func beginCounting(first: Int, operations: Int) async throws -> PostgresConfiguration

  /// Runs operations in that session, and returns what the process that runs them knows of them.
  func count(first: Int, operations: Int) async throws -> [MetricSummary]

  /// Closes the session; also called when something failed before.
  func endSession() async
}

/// Runs some operations of each variant once more, and counts.
package enum AttributionPass {
  /// What is measured by the process that runs the operations, a line each.
  private static let instruments: [any PassInstrument] = [PeakMemory()]

  /// How many operations are run before, past the first executions, which prepare and plan.
  private static let mostFirst = 32

  /// How many operations are run: a block or a few, so that it is over soon.
  private static func operations(of samples: SampleSet) -> Int {
    let blocks = samples.series.first?.blocks ?? []
    let block = blocks.first?.operations ?? 1
    let elapsed = blocks.reduce(0) { $0 + $1.elapsed } / max(1, blocks.reduce(0) { $0 + $1.operations })
    let inASecond = 1_000_000_000 / max(1, elapsed)
    return max(block, min(block * 4, 2000, inASecond))
  }

  /// The metrics of each variant.
  package static func run(
    _ variants: [any CountedVariant], on server: any DatabaseServer, after samples: SampleSet
  ) async throws -> [[MetricSummary]] {
    let operations = operations(of: samples)
    var metrics: [[MetricSummary]] = []
    for variant in variants {
      let share = max(1, operations / variant.clients)
      do {
        metrics.append(
          try await counted(
            variant, first: samples.nextOperation, before: min(share, mostFirst) * variant.clients,
            operations: share * variant.clients, on: server))
      } catch {
        await variant.endSession()
        throw error
      }
      await variant.endSession()
    }
    return metrics
  }

  private static func counted(
    _ variant: any CountedVariant, first: Int, before: Int, operations: Int, on server: any DatabaseServer
  ) async throws -> [MetricSummary] {
    let database = try await variant.beginCounting(first: first, operations: before)
    var own: [MetricSummary] = []
    let statements = Statements(on: server, database: database)
    let metrics = try await statements.measure(operations: operations) {
      own = try await variant.count(first: first + before, operations: operations)
    }
    return metrics + own
  }

  /// Measures what is run with each of this process's instruments, the first one's readings outermost.
  package static func metrics(
    operations: Int, run: () async throws -> Void
  ) async throws -> [MetricSummary] {
    try await metrics(of: instruments[...], operations: operations, run: run)
  }

  private static func metrics(
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

  init(on server: any DatabaseServer, database: PostgresConfiguration) {
    self.server = server
    self.database = database
  }

  func measure(operations: Int, _ run: () async throws -> Void) async throws -> [MetricSummary] {
    let before = await times()
    try await run()
    let after = await times()
    do throws(DatabaseServerError) {
      let times = try after.get().since(before.get())
      // The kit's own is known to count, so that no statement is none.
      guard server.info.kind == .throwaway || times.calls > 0 else {
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
  package var countingStatements: PostgresConfiguration {
    var copy = self
    let options = "-c pg_stat_statements.track=top -c pg_stat_statements.track_planning=on"
    copy.parameters["options"] = parameters["options"].map { "\($0) \(options)" } ?? options
    return copy
  }
}
