import CPGSystem
public import PGDriver
public import Testing

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

// Disfavored: of a body that is a single expression the compiler would drop the value and take this one, and
// outputs would be compared no more.
/// Measures variants whose bodies return nothing, so that nothing tells whether they do the same; else as
/// `benchmark`.
@_disfavoredOverload
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

/// How many operations a benchmark case is about: the argument of a parameterised benchmark.
///
///     @Test(arguments: OperationCount.sweep(10...10_000))
///     func byName(operations: OperationCount) async throws { … }
///
/// Each variant runs at least so many operations, in blocks of at most so many; a small count is repeated
/// until the case's budget is used up.
public struct OperationCount: Sendable, Hashable {
  /// The count; the case of one below 1 fails, and says why.
  public let value: Int

  /// How many counts the sweep has that this one is of.
  let casesInSweep: Int

  init(_ value: Int, casesInSweep: Int) {
    self.value = value
    self.casesInSweep = casesInSweep
  }

  /// A single count, whatever the profile.
  public init(_ value: Int) {
    self.init(value, casesInSweep: 1)
  }

  /// The published ladder of counts within a range, 10, 50, 100, 500, 1,000, 2,000, 5,000, 10,000, 20,000,
  /// 50,000, 100,000, of which the profile keeps a part.
  public static func sweep(_ range: ClosedRange<Int>) -> [OperationCount] {
    let ladder = [10, 50, 100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]
    let within = ladder.filter(range.contains)
    return sweep(within.isEmpty ? [range.upperBound] : within)
  }

  /// Counts of your own, of which the profile keeps a part.
  ///
  /// Profile smoke keeps the smallest, and at most 10; quick keeps those up to 1,000, or makes one of 1,000
  /// if all are greater; full keeps all. A sweep without any count is one of 0, which fails: a test without a
  /// case would pass.
  public static func sweep(_ counts: [Int]) -> [OperationCount] {
    let counts = counts.isEmpty ? [0] : counts
    // A profile that doesn't exist is reported by the benchmark itself, in the test that it fails.
    let kept = ((try? BenchmarkRun.current.settings.get())?.profile ?? .smoke).counts(of: counts)
    BenchmarkRun.current.progress.learn(sweepOf: kept.count)
    return kept.map { OperationCount($0, casesInSweep: kept.count) }
  }
}

extension OperationCount: ExpressibleByIntegerLiteral {
  /// Makes a single count of a literal.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}

extension OperationCount: CustomStringConvertible, CustomTestStringConvertible {
  /// The count with thousands separated, such as "10,000".
  public var description: String { Format.count(value) }

  /// The same with "operations".
  public var testDescription: String { "\(self) operations" }
}

/// Uses a value in a way that the optimiser can't see through, so that the work behind it isn't left out.
///
/// What a benchmark's body returns goes through it; call it for what the body computes beyond that. It costs
/// about a nanosecond.
@inlinable @inline(__always)
public func blackHole<Value>(_ value: Value) {
  withUnsafePointer(to: value) { swallow(UnsafeRawPointer($0)) }
}

/// Not generic, so that nothing of the value's type is looked up; in C, since the optimiser doesn't know what
/// that does with the pointer.
@usableFromInline
func swallow(_ value: UnsafeRawPointer) { pg_system_black_hole(value) }
