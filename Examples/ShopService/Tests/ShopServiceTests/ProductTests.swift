import PGServerTesting
import ShopServer
import Testing

@Suite("Products", .postgres())
struct ProductTests {
  private static let chair = #"{"name": "Chair", "price": 49.5, "sku": "CHAIR-1"}"#

  @Test("A product is made, read, changed, listed and deleted", arguments: API.allCases)
  func life(api: API) async throws {
    try await withShop { client in
      let made = try await client.send(.post, "/\(api)/products", Self.chair)
      #expect(made.status == 201)
      let product = try made.decode(ProductReply.self)
      #expect(product.name == "Chair" && product.price == 49.5 && product.sku == "CHAIR-1")
      #expect(product.description == nil && made.json?["description"] == .null)

      let path = "/\(api)/products/\(product.id)"
      #expect(try await client.get(path).decode(ProductReply.self) == product)
      let changed = try await client.send(.put, path, #"{"price": 45, "description": "Of oak"}"#)
      #expect(changed.status == 200)
      let change = try changed.decode(ProductReply.self)
      #expect(change.price == 45 && change.description == "Of oak" && change.sku == "CHAIR-1")
      #expect(try await client.get("/\(api)/products").decode([ProductReply].self) == [change])

      #expect(try await client.send(.delete, path).status == 200)
      #expect(try await client.send(.delete, path).status == 404)
      #expect(try await client.send(.put, path, "{}").status == 404)
      #expect(try await client.get(path).status == 404)
    }
  }

  @Test("An SKU that is taken is refused", arguments: API.allCases)
  func duplicates(api: API) async throws {
    try await withShop { client in
      _ = try await client.send(.post, "/\(api)/products", Self.chair)
      let again = try await client.send(.post, "/\(api)/products", Self.chair)
      #expect(again.status == 400 && again.detail.contains("sku"))
    }
  }

  @Test(
    "A body that makes no product is refused, and says why",
    arguments: [
      (#"{"name": "a", "sku": "b"}"#, "price"), (#"{"name": "a", "sku": "b", "price": "1"}"#, "number"),
      (#"{"name": "a", "sku": "b", "price": -0.01}"#, "price"),
      (#"{"name": "a", "sku": "b", "price": 1e10}"#, "price"),
      (#"{"name": "a", "sku": "b", "price": 1e400}"#, ""),
      (#"{"name": "a", "sku": "b", "price": true}"#, "number"),
      (#"{"name": "a", "sku": "b", "price": NaN}"#, "JSON"), (#"{"name": "a", "price": 1}"#, "sku"),
      (#"{"name": "", "sku": "b", "price": 1}"#, "name"),
      (#"{"name": "a", "sku": "\u0000", "price": 1}"#, "U+0000"),
    ])
  func badBody(body: String, reason: String) async throws {
    try await withShop { client in
      for api in API.allCases {
        let reply = try await client.send(.post, "/\(api)/products", body)
        #expect(reply.status == 422 && !reply.detail.isEmpty, "\(reply.text)")
        #expect(reason.isEmpty || reply.detail.contains(reason), "\(reply.detail)")
      }
    }
  }
}
