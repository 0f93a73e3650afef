import Hummingbird
import Logging
import PGDriver
import ServiceLifecycle

/// The service: its two ways to the database, its endpoints, and the application that serves them.
package struct Shop: Sendable {
  package let asynchronous: AsyncRepository
  package let blocking: SyncRepository
  package let endpoints: [Endpoint]
  private let metrics = RequestMetrics()
  private let settings: ShopSettings
  private let logger: Logger

  /// Begins to connect; ends with the application, or with `close`.
  package init(
    _ database: PostgresConfiguration, _ settings: ShopSettings, logger: Logger
  ) throws {
    asynchronous = try AsyncRepository(database, settings)
    blocking = try SyncRepository(database, settings)
    self.settings = settings
    self.logger = logger
    let repositories: [any ShopRepository] = [asynchronous, blocking]
    let described =
      ServiceEndpoints(repositories: repositories, metrics: metrics).all
      + repositories.flatMap { Self.endpoints(of: $0) }
    endpoints = described + [try ServiceEndpoints.description(of: described.map(\.operation))]
  }

  private static func endpoints(of repository: any ShopRepository) -> [Endpoint] {
    ResourceEndpoints<User>(
      repository: repository, schema: "User",
      newExample: ["username": "ada", "email": "ada@example.com", "full_name": "Ada Lovelace"],
      changeExample: ["full_name": "Ada King"]
    ).all
      + ResourceEndpoints<Product>(
        repository: repository, schema: "Product",
        newExample: ["name": "Chair", "description": nil, "price": 49.5, "sku": "CHAIR-1"],
        changeExample: ["price": 45]
      ).all
      + BenchmarkEndpoints(repository: repository).all
      + TechEmpowerEndpoints(repository: repository).all
  }

  /// Routes requests to the endpoints.
  package var router: Router<ShopContext> {
    let router = Router(context: ShopContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ObservingMiddleware(metrics: metrics))
    router.add(middleware: ProblemMiddleware(paths: PathTable(endpoints.map(\.operation))))
    for endpoint in endpoints {
      let handler = endpoint.handler
      router.on(RouterPath(endpoint.operation.path), method: endpoint.operation.method) {
        try await handler($0, $1)
      }
    }
    return router
  }

  /// Serves the endpoints once the schema is there; closes the pools when the last response is sent.
  ///
  /// - Parameter onListening: Given the port, once requests can come.
  package func application(
    onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) -> Application<RouterResponder<ShopContext>> {
    var application = Application(
      router: router,
      // A client that goes silent in the middle of a request must not keep its connection.
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port)),
      services: [RepositoryService(repository: asynchronous), RepositoryService(repository: blocking)],
      onServerRunning: { channel in
        if let port = channel.localAddress?.port { await onListening(port) }
      },
      logger: logger)
    application.beforeServerStarts {
      try await cancelWhenGracefulShutdown { try await migrate() }
    }
    return application
  }

  /// Brings the database's schema up to date, and waits for the database if it isn't there yet.
  package func migrate() async throws {
    let deadline = ContinuousClock.now + settings.startPatience
    while true {
      do {
        let versions = try await asynchronous.pool.withConnection { connection in
          try await Migration.run(Migration.shop, on: connection)
        }
        return logger.info("The schema is up to date", metadata: ["taken": "\(versions)"])
      } catch let error as PostgresError where error.mayPass && ContinuousClock.now < deadline {
        logger.warning("The database isn't there yet", metadata: ["error": "\(error)"])
        try await Task.sleep(for: .milliseconds(200))
      }
    }
  }
}

/// Keeps a repository until those have ended who use it.
struct RepositoryService: Service, CustomStringConvertible {
  let repository: any ShopRepository

  var description: String { "\(repository.name) repository" }

  func run() async throws {
    // Cancelled or not: the pool is closed.
    try? await gracefulShutdown()
    await repository.close()
  }
}

extension PostgresError {
  /// Whether waiting may help: not against a wrong password, or a database that isn't there.
  var mayPass: Bool {
    guard Problem(self).status == 503 else { return false }
    let state = sqlState?.rawValue ?? ""
    return state.isEmpty || ["08", "53", "57"].contains { state.hasPrefix($0) }
  }
}
