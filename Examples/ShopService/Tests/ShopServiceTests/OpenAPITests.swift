import Foundation
import Hummingbird
import PGServerTesting
import ShopServer
import Testing

@Suite("The API's description", .postgres())
struct OpenAPITests {
  /// An operation, as the description has it.
  struct Described {
    let method: String
    let path: String
    let members: JSONValue

    /// A request that should succeed, for the first row of its table.
    var example: (path: String, body: String?) {
      get throws {
        let body = members["requestBody"]?["content"]?["application/json"]?["example"]
        let text = try body.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        return (path.replacing("{id}", with: "1") + (path.contains("benchmark") ? "?count=3" : ""), text)
      }
    }
  }

  private static func operations(_ document: JSONValue) -> [Described] {
    guard case .object(let paths)? = document["paths"] else { return [] }
    return paths.sorted { $0.key < $1.key }.flatMap { path, item -> [Described] in
      guard case .object(let methods) = item else { return [] }
      return methods.map { Described(method: $0.uppercased(), path: path, members: $1) }
    }
  }

  @Test("It has every route, and nothing else")
  func complete() async throws {
    let shop = try Shop(Database.current.configuration, .forTests, logger: .silent)
    let routes = Set(shop.router.routes.map { "\($0.method.rawValue) \($0.path)" })
    try await shop.application().test(.router) { client in
      let document = try #require(try await ShopClient(client: client).get("/openapi.json").json)
      #expect(Set(Self.operations(document).map { "\($0.method) \($0.path)" }) == routes)
      let names = Self.operations(document).compactMap { $0.members["operationId"] }
      #expect(names.count == routes.count)
      for name in names { #expect(names.filter { $0 == name }.count == 1, "\(name)") }
    }
  }

  @Test("What every operation returns is what it describes")
  func responses() async throws {
    try await withShop { client in
      let document = try #require(try await client.get("/openapi.json").json)
      // Made before it is read, read before it is deleted.
      let order = ["POST", "GET", "PUT", "DELETE"]
      let operations = Self.operations(document).sorted {
        (order.firstIndex(of: $0.method) ?? 0) < (order.firstIndex(of: $1.method) ?? 0)
      }
      for operation in operations {
        let (path, body) = try operation.example
        let method = try #require(HTTPRequest.Method(rawValue: operation.method))
        let reply = try await client.send(method, path, body)
        let what = "\(operation.method) \(path) \(reply.status) \(reply.text.prefix(200))"
        let response = try #require(operation.members["responses"]?["\(reply.status)"], "\(what)")
        let type = reply.headers[.contentType].map { String($0.prefix { $0 != ";" }) } ?? ""
        let schema = try #require(response["content"]?[type]?["schema"], "\(what): \(type)")
        let value = type == "application/json" ? try #require(reply.json) : JSONValue.string(reply.text)
        #expect(SchemaCheck(document: document).objection(to: value, schema) == nil, "\(what)")
        // Both APIs write the same tables: what the first has made or deleted the second finds so.
        #expect([200, 201, 400, 404].contains(reply.status), "\(what)")
      }
    }
  }

  @Test("Errors are what they are described as")
  func errors() async throws {
    try await withShop { client in
      let document = try #require(try await client.get("/openapi.json").json)
      for operation in Self.operations(document) {
        guard case .object(let responses)? = operation.members["responses"] else { continue }
        guard responses["422"] != nil else { continue }
        let method = try #require(HTTPRequest.Method(rawValue: operation.method))
        let path = operation.path.replacing("{id}", with: "x") + "?skip=x&limit=x&count=x"
        let reply = try await client.send(method, path, operation.members["requestBody"].map { _ in "[]" })
        #expect(reply.status == 422)
        let schema = responses["422"]?["content"]?["application/json"]?["schema"] ?? [:]
        #expect(
          SchemaCheck(document: document).objection(to: reply.json ?? .null, schema) == nil, "\(reply.text)")
      }
    }
  }
}
