import Hummingbird

/// What is asked of the service itself: whether it lives, whether it is ready, what it offers, how it does.
struct ServiceEndpoints: Sendable {
  let repositories: [any ShopRepository]
  let metrics: RequestMetrics

  var all: [Endpoint] { [root, health, ready, metricsText] }

  private var root: Endpoint {
    Endpoint(
      operation: operation(
        "/", "root", "Tells what this is.",
        .init(
          description: "The service's name, and where its description is.",
          schema: APISchemas.reference("Service")))
    ) { _, _ in
      try JSON.response(["service": "ShopService", "description": "/openapi.json"])
    }
  }

  private var health: Endpoint {
    Endpoint(
      operation: operation(
        "/health", "health", "Tells that the service lives, whatever its database does.",
        .init(description: "It lives.", schema: APISchemas.reference("Status")))
    ) { _, _ in
      try JSON.response(["status": "ok"])
    }
  }

  private var ready: Endpoint {
    Endpoint(
      operation: operation(
        "/ready", "ready", "Tells whether both pools reach the database.",
        .init(description: "They do.", schema: APISchemas.reference("Status")), problems: [500, 503])
    ) { [repositories] _, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for repository in repositories { group.addTask { try await repository.ping() } }
        try await group.waitForAll()
      }
      return try JSON.response(["status": "ready"])
    }
  }

  private var metricsText: Endpoint {
    Endpoint(
      operation: operation(
        "/metrics", "metrics", "Counts requests, their durations and the pools' connections.",
        .init(
          description: "Metrics in the text format of OpenMetrics.",
          mediaType: "application/openmetrics-text", schema: ["type": "string"]))
    ) { [repositories, metrics] _, _ in
      let pools = repositories.map { (name: $0.name, $0.statistics) }
      let text = ServiceMetrics.text(metrics.snapshot, pools: pools)
      return Response(
        status: .ok, headers: [.contentType: OpenMetricsText.contentType],
        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
  }

  /// The description of all operations, its own included.
  static func description(of others: [APIOperation]) throws -> Endpoint {
    let own = operation(
      "/openapi.json", "openapi", "Describes all operations as OpenAPI 3.1 does.",
      .init(description: "The description.", schema: ["type": "object"]))
    let document = OpenAPIDocument.document(of: others + [own])
    return Endpoint(operation: own) { _, _ in try JSON.response(document) }
  }

  private func operation(
    _ path: String, _ id: String, _ summary: String, _ success: APIOperation.Success, problems: [Int] = []
  ) -> APIOperation {
    Self.operation(path, id, summary, success, problems: problems)
  }

  private static func operation(
    _ path: String, _ id: String, _ summary: String, _ success: APIOperation.Success, problems: [Int] = []
  ) -> APIOperation {
    APIOperation(
      method: .get, path: path, id: id, summary: summary, tag: "service", success: success,
      problems: problems)
  }
}
