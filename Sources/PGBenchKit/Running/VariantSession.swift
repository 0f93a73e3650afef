import PGBenchCore
import PGDriver

/// What a session of a variant is made for.
struct SessionRequest: Sendable {
  let database: PostgresConfiguration
  let clients: Int
  let placement: PlacedPlacement
}

/// The clients of a variant while one set of connections lives.
struct VariantSession<Output: Sendable>: Sendable {
  let clients: [BenchmarkClient<Output>]
  private let runtime: any BenchmarkRuntime

  /// Starts the threads, connects every client, and places threads and backends.
  init<Driver: BenchmarkDriver>(
    driver: Driver, request: SessionRequest,
    body:
      @escaping @Sendable (_ connection: Driver.Connection, _ client: Int, _ index: Int) async throws ->
      Output
  ) async throws {
    let runtime = try driver.start(clients: request.clients)
    self.runtime = runtime
    var clients: [BenchmarkClient<Output>] = []
    do {
      var backends: [Int32] = []
      for number in 0..<request.clients {
        let client = BenchmarkClient<Output>()
        clients.append(client)
        backends += try await client.start(
          number, driver: driver, runtime: runtime, database: request.database, body: body)
      }
      request.placement.apply(threads: runtime.threadIDs, backends: backends)
    } catch {
      for client in clients { await client.stop() }
      runtime.stop()
      throw error
    }
    self.clients = clients
  }

  /// Lets all clients run at once, each its share.
  func run(first: Int, operations: Int) async throws -> BlockTiming {
    let share = operations / clients.count
    if clients.count == 1 {
      let block = try await clients[0].run(first: first, operations: share)
      return BlockTiming(elapsed: block.end - block.start, latencies: block.latencies)
    }
    let blocks = try await withThrowingTaskGroup(of: (Int, ClientBlock).self) { group in
      for (number, client) in clients.enumerated() {
        group.addTask { (number, try await client.run(first: first + number * share, operations: share)) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let start = blocks.map(\.1.start).min() ?? 0
    let end = blocks.map(\.1.end).max() ?? 0
    return BlockTiming(
      elapsed: end - start, latencies: blocks.sorted { $0.0 < $1.0 }.flatMap(\.1.latencies))
  }

  /// Closes the connections and ends the threads.
  func end() async {
    for client in clients { await client.stop() }
    runtime.stop()
  }
}
