public import PGDriver
import Testing

/// Measures a body on both libpq drivers, and holds the result against the gates of the test.
///
/// To be called from a `@Test` function; what the traits of the test and of its suites say applies. The body
/// is run once for each operation, on a connection of its own for each client, in databases that the drivers
/// swap between sessions. Before anything is timed, both drivers must return equal outputs for the same
/// operations.
///
/// - Parameter operations: The count of the sweep.
/// - Parameter clients: How many clients run the body at once.
/// - Parameter operationsPerIteration: For how many operations one run of the body counts in operations per
///   second.
/// - Parameter body: Given a connection and the operation's index, which counts on through the case.
/// - Returns: What was measured. A failed gate is an issue of the test already.
/// - Throws: `BenchmarkError` if the benchmark can't be run or a variant fails; `DatabaseServerError` if
///   there is no server to run it on.
@discardableResult
public func benchmark<Output: Equatable & Sendable>(
  _ operations: OperationCount = 1000, clients: Int = 1, operationsPerIteration: Int = 1,
  _ body: @escaping @Sendable (_ connection: any PostgresConnection, _ index: Int) async throws -> Output
) async throws -> BenchmarkResult {
  try await benchmark(
    operations, clients: clients, operationsPerIteration: operationsPerIteration,
    variants: [
      BenchmarkVariant(.sync, driver: SyncDriver()) { connection, _, index in
        try await body(connection, index)
      },
      BenchmarkVariant(.async, driver: AsyncDriver()) { connection, _, index in
        try await body(connection, index)
      },
    ])
}

/// Measures a body that is told its client's number, from 0, before the operation's index; else as
/// `benchmark`.
@discardableResult
public func benchmark<Output: Equatable & Sendable>(
  _ operations: OperationCount = 1000, clients: Int, operationsPerIteration: Int = 1,
  _ body:
    @escaping @Sendable (_ connection: any PostgresConnection, _ client: Int, _ index: Int) async throws ->
    Output
) async throws -> BenchmarkResult {
  try await benchmark(
    operations, clients: clients, operationsPerIteration: operationsPerIteration,
    variants: [
      BenchmarkVariant(.sync, driver: SyncDriver()) { try await body($0, $1, $2) },
      BenchmarkVariant(.async, driver: AsyncDriver()) { try await body($0, $1, $2) },
    ])
}

/// Measures different code for the two drivers; else as `benchmark`.
@discardableResult
public func benchmark<Output: Equatable & Sendable>(
  _ operations: OperationCount = 1000, clients: Int = 1, operationsPerIteration: Int = 1,
  sync: @escaping @Sendable (_ connection: SyncConnection, _ index: Int) throws -> Output,
  async: @escaping @Sendable (_ connection: AsyncConnection, _ index: Int) async throws -> Output
) async throws -> BenchmarkResult {
  try await benchmark(
    operations, clients: clients, operationsPerIteration: operationsPerIteration,
    variants: [.sync(body: sync), .async(body: async)])
}

/// Measures any variants, each with a name, a driver and a body; else as `benchmark`.
///
/// The first is the reference that the others are compared with in the report.
@discardableResult
public func benchmark<Output: Equatable & Sendable>(
  _ operations: OperationCount = 1000, clients: Int = 1, operationsPerIteration: Int = 1,
  variants: [BenchmarkVariant<Output>]
) async throws -> BenchmarkResult {
  try await BenchmarkCase(
    operations: operations, clients: clients, operationsPerIteration: operationsPerIteration,
    variants: variants
  ).run(areEqual: ==)
}

/// Measures variants whose bodies return nothing, so that nothing tells whether they do the same; else as
/// `benchmark`.
@discardableResult
public func benchmark(
  _ operations: OperationCount = 1000, clients: Int = 1, operationsPerIteration: Int = 1,
  variants: [BenchmarkVariant<Void>]
) async throws -> BenchmarkResult {
  try await BenchmarkCase(
    operations: operations, clients: clients, operationsPerIteration: operationsPerIteration,
    variants: variants
  ).run { _, _ in true }
}
