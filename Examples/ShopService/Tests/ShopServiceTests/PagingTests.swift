import PGServerTesting
import ShopServer
import Testing

@Suite("Pages of lists", .postgres())
struct PagingTests {
  @Test("Pages follow one another, by id", arguments: API.allCases)
  func pages(api: API) async throws {
    try await withShop { client in
      try await withConnection { connection in
        try await connection.execute(
          """
          INSERT INTO products (name, price, sku)
          SELECT 'P' || i, i, 'S' || i FROM generate_series(1, 105) AS i
          """)
      }
      let path = "/\(api)/products"
      #expect(try await Self.ids(client, path) == Array(1...100))
      #expect(try await Self.ids(client, "\(path)?skip=100") == Array(101...105))
      #expect(try await Self.ids(client, "\(path)?skip=10&limit=3") == [11, 12, 13])
      #expect(try await Self.ids(client, "\(path)?skip=105&limit=1") == [])
      #expect(try await Self.ids(client, "\(path)?skip=2147483647") == [])
    }
  }

  @Test(
    "Bounds are kept",
    arguments: [
      "skip=-1", "skip=2147483648", "skip=x", "skip=", "skip=99999999999999999999", "limit=0", "limit=101",
      "limit=-1", "limit=1.5", "limit", "limit=1&limit=2",
    ])
  func bounds(query: String) async throws {
    try await withShop { client in
      for api in API.allCases {
        for table in ["users", "products"] {
          let reply = try await client.get("/\(api)/\(table)?\(query)")
          #expect(reply.status == 422 && reply.detail.contains(query.prefix { $0 != "=" }), "\(reply.text)")
        }
      }
    }
  }

  private static func ids(_ client: ShopClient, _ path: String) async throws -> [Int32] {
    try await client.get(path).decode([ProductReply].self).map(\.id)
  }
}
