import PGBenchHost
public import PGDriver
public import PGMeasuring
import PGSystem

/// One of the pieces of code that a benchmark compares: a name, a driver and a body.
///
/// `Output` is what the body returns. All variants must return equal outputs for the same operation, which is
/// checked before anything is timed.
public struct BenchmarkVariant<Output: Sendable>: Sendable {
  /// The name in tables, reports and gates.
  public let variant: Variant

  let session: @Sendable (SessionRequest) async throws -> VariantSession<Output>

  /// Makes a variant of a driver and a body.
  ///
  /// - Parameter variant: The name in tables, reports and gates.
  /// - Parameter driver: What connects.
  /// - Parameter body: Given a connection, the client's number from 0, and the operation's index, which
  ///   counts on through the whole case.
  public init<Driver: BenchmarkDriver>(
    _ variant: Variant, driver: Driver,
    body:
      @escaping @Sendable (_ connection: Driver.Connection, _ client: Int, _ index: Int) async throws ->
      Output
  ) {
    self.variant = variant
    session = { try await VariantSession(driver: driver, request: $0, body: body) }
  }

  /// The blocking driver.
  public static func sync(
    _ variant: Variant = .sync,
    body: @escaping @Sendable (_ connection: SyncConnection, _ index: Int) throws -> Output
  ) -> BenchmarkVariant {
    BenchmarkVariant(variant, driver: SyncDriver()) { connection, _, index in try body(connection, index) }
  }

  /// The asynchronous driver, with the body on the connection's event loop.
  public static func async(
    _ variant: Variant = .async,
    body: @escaping @Sendable (_ connection: AsyncConnection, _ index: Int) async throws -> Output
  ) -> BenchmarkVariant {
    BenchmarkVariant(variant, driver: AsyncDriver()) { connection, _, index in
      try await body(connection, index)
    }
  }
}

/// What a session of a variant is made for.
struct SessionRequest: Sendable {
  var database: PostgresConfiguration
  let clients: Int
  /// How many variants there are, each with as many clients.
  var variants = 1
  let placement: PlacedPlacement
  /// The server's checkpointer, if the server is on this machine; else 0.
  var checkpointer: Int32 = 0
  /// Whether the backends are processes of this machine.
  var isServerHere = false
  /// The user's own metrics.
  var metrics: [CustomMetric] = []
  /// Whether a proxy of the kit's works in this process on the way to the server.
  var hasProxy = false
  /// How long an order to a client may take.
  var patience = Duration.seconds(120)
  /// What random arrivals follow from.
  var seed = Seed(0)
}

/// The clients of a variant while one set of connections lives.
struct VariantSession<Output: Sendable>: Sendable {
  let clients: [BenchmarkClient<Output>]
  let meter: UsageMeter
  private let request: SessionRequest
  private let runtime: any BenchmarkRuntime
  /// How a client waits for an intended start.
  private let waiter: StartWaiter
  /// Looks whether a client takes too long.
  private let watch: Task<Void, Never>

  /// Starts the threads, connects every client, and places threads and backends.
  init<Driver: BenchmarkDriver>(
    driver: Driver, request: SessionRequest,
    body:
      @escaping @Sendable (_ connection: Driver.Connection, _ client: Int, _ index: Int) async throws ->
      Output
  ) async throws {
    let runtime = try driver.start(clients: request.clients)
    self.runtime = runtime
    self.request = request
    waiter = StartWaiter(driver, on: runtime, clients: request.clients)
    var clients: [BenchmarkClient<Output>] = []
    var backends: [Int32] = []
    let all = (0..<request.clients).map { _ in BenchmarkClient<Output>(database: request.database) }
    watch = Task.detached {
      while (try? await Task.sleep(for: .milliseconds(500))) != nil {
        for client in all { client.look(patience: request.patience) }
      }
    }
    do {
      for (number, client) in all.enumerated() {
        clients.append(client)
        backends += try await client.start(number, driver: driver, runtime: runtime, body: body)
      }
      request.placement.apply(threads: runtime.threadIDs, backends: backends)
    } catch {
      watch.cancel()
      for client in clients { await client.stop() }
      runtime.stop()
      throw error
    }
    self.clients = clients
    meter = UsageMeter(
      MeteredSession(
        // A body on Swift's global executor runs on threads whose IDs aren't known.
        threads: runtime.taskExecutor == nil ? [] : runtime.threadIDs,
        backends: request.isServerHere ? backends : [],
        checkpointer: request.checkpointer, custom: request.metrics))
  }

  /// Lets all clients run at once, each its share.
  ///
  /// - Parameter rate: At which operations are to begin; nil for each when the one before it has ended.
  func run(first: Int, operations: Int, rate: ArrivalRate? = nil) async throws -> BlockTiming {
    let share = operations / clients.count
    let starts = rate.map { rate in
      ClientStarts.of(
        share * clients.count, at: rate, seed: request.seed.derived(first), clients: clients.count,
        waiter: waiter)
    }
    if clients.count == 1 {
      let block = try await clients[0].run(
        first: first, operations: share, starts: starts?[0], meter: meter)
      return timing([block], block.usage)
    }
    var usage = meter.start()
    let blocks = try await withThrowingTaskGroup(of: (Int, ClientBlock).self) { group in
      for (number, client) in clients.enumerated() {
        group.addTask {
          (
            number,
            try await client.run(
              first: first + number * share, operations: share, starts: starts?[number])
          )
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    usage.end()
    return timing(blocks.sorted { $0.0 < $1.0 }.map(\.1), usage)
  }

  /// What the clients' blocks come to together.
  private func timing(_ blocks: [ClientBlock], _ usage: BlockUsage?) -> BlockTiming {
    let elapsed = (blocks.map(\.end).max() ?? 0) - (blocks.map(\.start).min() ?? 0)
    let latencies = blocks.flatMap(\.latencies)
    let paces = blocks.compactMap(\.pace)
    let disturbance = usage.flatMap { usage in
      Disturbance.of(
        elapsed: elapsed, used: { usage[$0] },
        isOneCPU: request.placement.isOneCPU && clients.count == 1 && !request.hasProxy,
        isAlone: !request.hasProxy)
    }
    return BlockTiming(
      elapsed: elapsed, latencies: latencies, usage: ClientPace.usage(usage?.reported ?? [:], paces),
      disturbance: disturbance?.rawValue, intended: paces.first?.intended)
  }

  /// Closes the connections and ends the threads.
  func end() async {
    for client in clients { await client.stop() }
    watch.cancel()
    runtime.stop()
  }
}
