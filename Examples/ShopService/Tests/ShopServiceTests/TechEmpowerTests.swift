import Foundation
import PGServerTesting
import ShopServer
import Testing

@Suite("TechEmpower's routes", .postgres())
struct TechEmpowerTests {
  @Test("A random row is one of the table's", arguments: API.allCases)
  func one(api: API) async throws {
    try await withShop { client in
      let world = try await client.get("/\(api)/db").decode(World.self)
      #expect(try await Self.stored(world) == world.randomNumber)
    }
  }

  @Test(
    "As many rows as asked for, from 1 to 500",
    arguments: [
      ("", 1), ("?queries=", 1), ("?queries=x", 1), ("?queries=0", 1), ("?queries=-5", 1), ("?queries=1", 1),
      ("?queries=20", 20), ("?queries=500", 500), ("?queries=501", 500),
    ])
  func several(query: String, rows: Int) async throws {
    try await withShop { client in
      for api in API.allCases {
        let worlds = try await client.get("/\(api)/queries\(query)").decode([World].self)
        #expect(worlds.count == rows && Set(worlds.map(\.id)).count == rows)
      }
    }
  }

  @Test("Updated rows are stored as they are returned", arguments: API.allCases)
  func updates(api: API) async throws {
    try await withShop { client in
      let worlds = try await client.get("/\(api)/updates?queries=20").decode([World].self)
      #expect(worlds.count == 20)
      for world in worlds { #expect(try await Self.stored(world) == world.randomNumber) }
    }
  }

  @Test("Fortunes are sorted, and what is in them is text", arguments: API.allCases)
  func fortunes(api: API) async throws {
    try await withShop { client in
      let reply = try await client.get("/\(api)/fortunes")
      #expect(reply.headers[.contentType] == "text/html; charset=utf-8")
      #expect(reply.text.components(separatedBy: "<tr><td>").count == 14)
      #expect(reply.text.contains("<td>0</td><td>Additional fortune added at request time.</td>"))
      #expect(reply.text.contains("&lt;script&gt;alert(&quot;") && !reply.text.contains("<script>"))
      #expect(reply.text.contains("フレームワークのベンチマーク</td></tr></table></body></html>"))
    }
  }

  private static func stored(_ world: World) async throws -> Int32 {
    try await withConnection {
      try await $0.query("SELECT randomnumber FROM world WHERE id = \(world.id)")[0].decode(at: 0)
    }
  }
}
