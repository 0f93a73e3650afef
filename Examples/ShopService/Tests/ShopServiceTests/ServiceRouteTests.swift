import PGServerTesting
import Testing

@Suite("Routes about the service", .postgres())
struct ServiceRouteTests {
  @Test("It tells that it lives, that it is ready, and what it is")
  func status() async throws {
    try await withShop { client in
      let health = try await client.get("/health")
      #expect(health.json == ["status": "ok"])
      #expect(try await client.get("/ready").json == ["status": "ready"])
      #expect(try await client.get("/").json?["service"] == "ShopService")
    }
  }

  @Test("It can be asked over a connection", arguments: API.allCases)
  func live(api: API) async throws {
    try await withShop(.forTests, .live) { client in
      let health = try await client.get("/health")
      #expect(health.status == 200)
      #expect(try await client.get("/\(api)/users").text == "[]")
      #expect(try await client.get("/\(api)/users/x").status == 422)
    }
  }

  @Test("Metrics count requests by route and status, and the pools' connections")
  func metrics() async throws {
    try await withShop { client in
      for _ in 0..<3 { _ = try await client.get("/async/users/4711") }
      _ = try await client.get("/nothing/1")
      let reply = try await client.get("/metrics")
      #expect(
        reply.headers[.contentType] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
      let lines = reply.text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.suffix(2) == ["# EOF", ""])
      for line in [
        #"http_requests_total{method="GET",route="/async/users/{id}",status="404"} 3"#,
        #"http_requests_total{method="any",route="NotFound",status="404"} 1"#,
        #"http_request_duration_seconds_bucket{method="GET",route="/async/users/{id}",le="+Inf"} 3"#,
        #"http_request_duration_seconds_count{method="GET",route="/async/users/{id}"} 3"#,
        #"shop_pool_connections{pool="async",state="leased"} 0"#,
      ] {
        #expect(lines.contains { $0 == line }, "\(line)")
      }
      #expect(!reply.text.contains("4711"))
    }
  }

  @Test("Every sample of the metrics belongs to the family before it")
  func families() async throws {
    try await withShop { client in
      _ = try await client.get("/sync/users")
      let text = try await client.get("/metrics").text
      var family: Substring = ""
      for line in text.split(separator: "\n") where line != "# EOF" {
        if line.hasPrefix("# TYPE ") {
          family = line.split(separator: " ")[2]
        } else if !line.hasPrefix("#") {
          #expect(line.hasPrefix(family), "\(line)")
          #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)")
        }
      }
    }
  }
}
