import PGBenchHost
import PGDriver
import PGMeasuring

/// What the kit itself costs, measured with operations that do nothing.
///
/// It is in every latency, of all variants alike, and is shown in the report; nothing is subtracted.
enum KitCost {
  /// Measured once for the process, when the first case begins; nil if a thread was refused.
  static func measured() async -> ReportEnvironment.KitCost? { await measuring.value }

  private static let measuring = Task { () async -> ReportEnvironment.KitCost? in
    do {
      let (sync, allocations) = try await emptyOperation(EmptyDriver { try BlockingExecutor(threads: 1) })
      let (async, _) = try await emptyOperation(EmptyDriver { try EventLoop() })
      return ReportEnvironment.KitCost(
        clock: ClockCost.measured(), syncOperation: sync, asyncOperation: async, allocations: allocations)
    } catch {
      return nil
    }
  }

  private static let operations = 20_000

  /// Nanoseconds and allocations of an operation that does nothing, by the very loop that times the others.
  private static func emptyOperation<Runtime: BenchmarkRuntime>(
    _ driver: EmptyDriver<Runtime>
  ) async throws -> (nanoseconds: Double, allocations: Double?) {
    let request = SessionRequest(
      database: PostgresConfiguration(), clients: 1,
      placement: PlacedPlacement(.unbound, clients: 1, isOwnServer: false))
    let session = try await VariantSession<Int>(driver: driver, request: request) { _, _, index in index }
    var best = Double.infinity
    var allocations: Double?
    for _ in 0..<5 {
      let timing = try await session.run(first: 0, operations: operations)
      best = min(best, Double(timing.elapsed) / Double(operations))
      allocations = timing.usage[.allocations].map { $0 / Double(operations) } ?? allocations
    }
    await session.end()
    return (best, allocations)
  }
}

/// A driver without connections.
private struct EmptyDriver<Runtime: BenchmarkRuntime>: BenchmarkDriver {
  let makeRuntime: @Sendable () throws -> Runtime

  init(_ makeRuntime: @escaping @Sendable () throws -> Runtime) { self.makeRuntime = makeRuntime }

  func start(clients: Int) throws -> Runtime { try makeRuntime() }
  func connect(to database: PostgresConfiguration, on runtime: Runtime) async throws {}
  func close(_ connection: Void) async {}
}
