import PGBenchKit
import Testing

/// The same requests to both APIs by turns: what the drivers differ by with a whole service around them.
@Suite("Service", .benchmark, .postgres(.study), .gates(.warn), .tolerance(.percent(30)))
struct ServiceBenchmarks {
  @Test("GET a user", .gate(.async, notSlowerThan: .sync))
  func user() async throws {
    try await compare(1000) { client, api, index in
      try await client.get("/\(api)/users/\(1 + index % 100)")
    }
  }

  @Test("GET a list of 100 users", .gate(.async, notSlowerThan: .sync))
  func users() async throws {
    try await compare(1000) { client, api, _ in try await client.get("/\(api)/users") }
  }
}

/// TechEmpower's tests of databases, one request at a time.
@Suite("TechEmpower", .benchmark, .postgres(.study), .gates(.warn), .tolerance(.percent(30)))
struct TechEmpowerBenchmarks {
  @Test("Single query", .gate(.async, notSlowerThan: .sync))
  func db() async throws {
    try await compare(1000) { client, api, _ in rows(try await client.get("/\(api)/db")) }
  }

  @Test("Multiple queries", .gate(.async, notSlowerThan: .sync), arguments: [1, 5, 20, 500])
  func queries(rows count: Int) async throws {
    try await compare(count > 100 ? 100 : 1000) { client, api, _ in
      rows(try await client.get("/\(api)/queries?queries=\(count)"))
    }
  }

  @Test("Updates", .gate(.async, notSlowerThan: .sync), arguments: [1, 5, 20])
  func updates(rows count: Int) async throws {
    try await compare(1000) { client, api, _ in
      rows(try await client.get("/\(api)/updates?queries=\(count)"))
    }
  }

  @Test("Fortunes", .gate(.async, notSlowerThan: .sync))
  func fortunes() async throws {
    try await compare(1000) { client, api, _ in try await client.get("/\(api)/fortunes") }
  }
}

/// How many rows a response has: which they are is chosen at random.
private func rows(_ body: String) -> Int { body.split(separator: "randomNumber").count - 1 }

/// Sends the same requests to both APIs, in blocks that take turns.
///
/// - Parameter body: Given a client, the API's name and the request's number.
private func compare<Output: Equatable & Sendable>(
  _ operations: OperationCount,
  _ body: @escaping @Sendable (_ client: ServiceClient, _ api: String, _ index: Int) async throws -> Output
) async throws {
  try await benchmark(
    operations,
    variants: [
      BenchmarkVariant(.sync, driver: ServiceDriver()) { try await body($0, "sync", $2) },
      BenchmarkVariant(.async, driver: ServiceDriver()) { try await body($0, "async", $2) },
    ])
}
