import PGServerTesting
import ShopServer
import Testing

@Suite("Routes of benchmarks", .postgres())
struct BenchmarkRouteTests {
  struct Figures: Decodable {
    let operations: Int
    let seconds: Double
    let operationsPerSecond: Double
  }

  @Test(
    "Each workload runs as often as asked, and tells how fast it was",
    arguments: API.allCases,
    [("", 2), ("/mixed", 2), ("/parallel", 4), ("/complex", 3), ("/concurrent", 3)])
  func workload(api: API, workload: (path: String, operations: Int)) async throws {
    try await withShop { client in
      for count in [1, 7, 20] {
        let reply = try await client.get("/\(api)/benchmark\(workload.path)?count=\(count)")
        #expect(reply.status == 200, "\(reply.text)")
        let figures = try reply.decode(Figures.self)
        #expect(figures.operations == count * workload.operations && figures.seconds > 0)
        #expect(abs(figures.operationsPerSecond * figures.seconds - Double(figures.operations)) < 0.01)
      }
    }
  }

  @Test("How often is bounded", arguments: ["count=0", "count=2001", "count=-1", "count=x", "count="])
  func bounds(query: String) async throws {
    try await withShop { client in
      for path in ["", "/mixed", "/parallel", "/complex", "/concurrent"] {
        let reply = try await client.get("/async/benchmark\(path)?\(query)")
        #expect(reply.status == 422 && reply.detail.contains("count"))
      }
    }
  }

  @Test("Runs at the same time leave no row behind, and don't touch the shop's")
  func nothingLeft() async throws {
    try await withShop { client in
      _ = try await client.send(.post, "/sync/users", #"{"username": "ada", "email": "ada@example.com"}"#)
      try await withThrowingTaskGroup(of: Int.self) { group in
        for api in API.allCases {
          for _ in 0..<3 {
            group.addTask { try await client.get("/\(api)/benchmark/mixed?count=41").status }
          }
        }
        for try await status in group { #expect(status == 200) }
      }
      try await withConnection { connection in
        for (table, rows) in [("benchmark_users", 100), ("benchmark_products", 100), ("users", 1)] {
          let count = try await connection.query("SELECT count(*) FROM \(unescaped: table)")[0]
          #expect(try count.decode(Int.self, at: 0) == rows, "\(table)")
        }
      }
    }
  }
}
