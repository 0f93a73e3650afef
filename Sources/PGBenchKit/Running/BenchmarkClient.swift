import PGBenchCore
import PGBenchHost
import PGDriver

/// What one client ran in one block.
struct ClientBlock: Sendable {
  let start: Int
  let end: Int
  let latencies: [Int]
  /// The readings around the block, if a meter was given.
  let readings: (start: UsageReading, end: UsageReading)?
}

/// One client: a task on its driver's threads that owns a connection and waits for orders.
///
/// The connection never leaves the task, so a driver's need not be Sendable.
final class BenchmarkClient<Output: Sendable>: Sendable {
  private enum Order: Sendable {
    case run(
      first: Int, operations: Int, meter: UsageMeter?, answer: CheckedContinuation<ClientBlock, any Error>)
    case output(index: Int, answer: CheckedContinuation<Output, any Error>)
  }

  private let orders: AsyncStream<Order>
  private let giveOrder: AsyncStream<Order>.Continuation
  private let ended: AsyncStream<Void>
  private let end: AsyncStream<Void>.Continuation

  init() {
    (orders, giveOrder) = AsyncStream.makeStream()
    (ended, end) = AsyncStream.makeStream()
  }

  /// Starts the task, and answers the backends' process identifiers once it is connected.
  func start<Driver: BenchmarkDriver>(
    _ number: Int, driver: Driver, runtime: Driver.Runtime, database: PostgresConfiguration,
    body:
      @escaping @Sendable (_ connection: Driver.Connection, _ client: Int, _ index: Int) async throws ->
      Output
  ) async throws -> [Int32] {
    try await withCheckedThrowingContinuation { connected in
      Task(executorPreference: runtime.taskExecutor) { @concurrent [self] in
        defer { end.finish() }
        let connection: Driver.Connection
        do {
          connection = try await driver.connect(to: database, on: runtime)
        } catch {
          connected.resume(throwing: error)
          return
        }
        connected.resume(returning: await driver.backendProcessIDs(of: connection))
        for await order in orders {
          switch order {
          case .run(let first, let operations, let meter, let answer):
            do {
              answer.resume(
                returning: try await Self.time(first: first, operations: operations, meter) { index in
                  blackHole(try await body(connection, number, index))
                })
            } catch {
              answer.resume(throwing: error)
            }
          case .output(let index, let answer):
            do {
              answer.resume(returning: try await body(connection, number, index))
            } catch {
              answer.resume(throwing: error)
            }
          }
        }
        await driver.close(connection)
      }
    }
  }

  /// Runs operations and times each of them.
  ///
  /// - Parameter meter: Read on the client's own thread right before and after, so that nothing else is counted.
  func run(first: Int, operations: Int, meter: UsageMeter? = nil) async throws -> ClientBlock {
    try await withCheckedThrowingContinuation {
      giveOrder.yield(.run(first: first, operations: operations, meter: meter, answer: $0))
    }
  }

  /// Runs one operation, untimed, and answers what it returned.
  func output(of index: Int) async throws -> Output {
    try await withCheckedThrowingContinuation { giveOrder.yield(.output(index: index, answer: $0)) }
  }

  /// Closes the connection; answers when the task is over.
  func stop() async {
    giveOrder.finish()
    for await _ in ended {}
  }

  /// The timed loop: one reading of the clock for each operation, since one's end is the next one's start.
  private static func time(
    first: Int, operations: Int, _ meter: UsageMeter?, _ operation: (Int) async throws -> Void
  ) async throws -> ClientBlock {
    var latencies: [Int] = []
    latencies.reserveCapacity(operations)
    let before = meter?.start()
    let start = MonotonicClock.now()
    var last = start
    var index = first
    while index < first + operations {
      try await operation(index)
      let now = MonotonicClock.now()
      latencies.append(now &- last)
      last = now
      index &+= 1
    }
    let after = meter?.end()
    return ClientBlock(
      start: start, end: last, latencies: latencies,
      readings: before.flatMap { before in after.map { (before, $0) } })
  }
}
