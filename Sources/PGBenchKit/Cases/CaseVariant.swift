import PGBenchHost
import PGDriver
import PGMeasuring
import PGServer

/// One variant of a case, with the databases that it works in, as the sampler sees it.
///
/// A database is a random effect like a connection: with the same content, one is faster than the other by a
/// tenth or two of a per cent for its whole life. So the variants swap theirs from session to session. Each
/// database sees each operation once, from one variant or the other.
actor CaseVariant<Output: Sendable>: SampledVariant, CountedVariant {
  nonisolated let variant: Variant
  nonisolated var clients: Int { request.clients }
  private let code: BenchmarkVariant<Output>
  private let databases: [PostgresConfiguration]
  private let request: SessionRequest
  private var session: VariantSession<Output>?

  /// - Parameter databases: The case's databases, in the order in which this variant works in them.
  init(_ code: BenchmarkVariant<Output>, databases: [PostgresConfiguration], request: SessionRequest) {
    self.databases = databases
    variant = code.variant
    self.code = code
    self.request = request
  }

  func beginSession(_ session: Int) async throws {
    var request = request
    if !databases.isEmpty { request.database = databases[session % databases.count] }
    self.session = try await opened(request)
  }

  func run(first: Int, operations: Int, rate: ArrivalRate? = nil) async throws -> BlockTiming {
    do {
      return try await connected().run(first: first, operations: operations, rate: rate)
    } catch {
      throw failure("failed between operations \(first) and \(first + operations - 1)", error)
    }
  }

  /// What the body returns for an operation.
  func output(of index: Int) async throws -> Output {
    do {
      let clients = try connected().clients
      return try await clients[index % clients.count].output(of: index)
    } catch {
      throw failure("failed in operation \(index)", error)
    }
  }

  func beginCounting(first: Int, operations: Int) async throws -> PostgresConfiguration {
    var request = request
    if request.isServerHere { request.database = request.database.countingStatements }
    session = try await opened(request)
    _ = try await run(first: first, operations: operations)
    return request.database
  }

  func count(first: Int, operations: Int) async throws -> [MetricSummary] {
    try await AttributionPass.metrics(operations: operations) {
      _ = try await run(first: first, operations: operations)
    } + connected().meter.missing()
  }

  func endSession() async {
    await session?.end()
    session = nil
  }

  private func opened(_ request: SessionRequest) async throws -> VariantSession<Output> {
    do {
      return try await code.session(request)
    } catch {
      throw failure("could not connect", error, await ConnectionShortage(error, for: request)?.description)
    }
  }

  private func connected() throws(BenchmarkError) -> VariantSession<Output> {
    guard let session else { throw BenchmarkError("it has no open session") }
    return session
  }

  private func failure(_ what: String, _ error: any Error, _ advice: String? = nil) -> any Error {
    error is CancellationError
      ? error : BenchmarkError("Variant \"\(variant)\" \(what): \(error)\(advice.map { ". \($0)" } ?? "")")
  }
}
