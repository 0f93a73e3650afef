import Hummingbird

/// How fast a workload ran.
struct BenchmarkFigures: Codable, Sendable {
  let operations: Int
  let seconds: Double
  let operationsPerSecond: Double

  /// The names in JSON.
  enum CodingKeys: String, CodingKey {
    case operations, seconds
    case operationsPerSecond = "operations_per_second"
  }
}

/// The study's workloads over HTTP: how often they run is bounded, for others use the service meanwhile.
struct BenchmarkEndpoints: Sendable {
  /// How often a request may have a workload run.
  static let counts = 1...2000
  static let defaultCount = 100

  let repository: any ShopRepository

  var all: [Endpoint] { Workload.all.map(endpoint) }

  private func endpoint(_ workload: Workload) -> Endpoint {
    let path = "/\(repository.name)/benchmark" + (workload.name.map { "/\($0)" } ?? "")
    let operation = APIOperation(
      method: .get, path: path, id: "benchmark_\(workload.name ?? "standard")_\(repository.name)",
      summary: workload.summary, tag: repository.name,
      parameters: [
        .init(
          name: "count", place: .query, description: "How often the workload runs.",
          schema: APISchemas.integer(in: Self.counts, byDefault: Self.defaultCount))
      ],
      success: .init(
        description: "How fast it was.", schema: APISchemas.reference("BenchmarkFigures")),
      problems: [422, 500, 503])
    return Endpoint(operation: operation) { [repository] request, _ in
      let count =
        try QueryParameters(request).integer("count", in: Self.counts) ?? Self.defaultCount
      let start = ContinuousClock.now
      try await workload.run(repository, count)
      let seconds = start.duration(to: .now).seconds
      let operations = count * workload.operations
      return try JSON.response(
        BenchmarkFigures(
          operations: operations, seconds: seconds, operationsPerSecond: Double(operations) / seconds))
    }
  }
}
