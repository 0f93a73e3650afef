import AsyncHTTPClient
import Logging
import PGBenchKit
import ServiceLifecycle
import ShopServer

/// A driver whose connection is an HTTP client, with a service of its own on the case's database.
struct ServiceDriver: BenchmarkDriver {
  /// No threads of its own: the service's are those that it has in production.
  func start(clients: Int) throws -> GlobalRuntime { GlobalRuntime() }

  /// Starts a service on a free port of this machine, and a client for it.
  func connect(to database: PostgresConfiguration, on runtime: GlobalRuntime) async throws -> ServiceClient {
    try await ServiceClient.start(on: database)
  }

  /// Ends both.
  func close(_ connection: ServiceClient) async { await connection.close() }
}

/// A client that keeps its connection to a service, and the service.
struct ServiceClient: Sendable {
  private let http: HTTPClient
  private let address: String
  private let group: ServiceGroup
  private let service: Task<Void, any Error>

  /// Starts both, and waits until requests can be sent.
  static func start(on database: PostgresConfiguration) async throws -> ServiceClient {
    var settings = ShopSettings()
    settings.port = 0
    var logger = Logger(label: "shop") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .error
    let shop = try Shop(database, settings, logger: logger)
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = shop.application { continuation.yield($0) }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [.init(service: application)], logger: logger))
    let service = Task {
      // So that nobody waits for the port of a service that can't start.
      defer { continuation.finish() }
      try await group.run()
    }
    guard let port = await ports.first(where: { _ in true }) else {
      try await service.value
      throw CancellationError()
    }
    return ServiceClient(
      http: HTTPClient(eventLoopGroupProvider: .singleton), address: "http://127.0.0.1:\(port)", group: group,
      service: service)
  }

  /// The body of a response, whose status must be 200.
  func get(_ path: String) async throws -> String {
    let response = try await http.execute(HTTPClientRequest(url: address + path), timeout: .seconds(30))
    let body = String(buffer: try await response.body.collect(upTo: 1 << 20))
    guard response.status == .ok else { throw ServiceFailure(description: "\(response.status): \(body)") }
    return body
  }

  /// Ends both.
  func close() async {
    try? await http.shutdown()
    await group.triggerGracefulShutdown()
    _ = await service.result
  }
}

/// What the service returned in place of what was asked for.
struct ServiceFailure: Error, CustomStringConvertible {
  let description: String
}
