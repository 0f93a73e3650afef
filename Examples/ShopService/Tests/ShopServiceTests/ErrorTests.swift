import PGServerTesting
import Testing

@Suite("Errors", .postgres())
struct ErrorTests {
  @Test(
    "A path that isn't there is missing",
    arguments: ["/nothing", "/async", "/async/users/1/2", "/sync/db/1"])
  func unknownPath(path: String) async throws {
    try await withShop { client in
      let reply = try await client.get(path)
      #expect(reply.status == 404 && reply.detail.contains("/openapi.json"))
    }
  }

  @Test("A method that a path doesn't take is refused, and those that it takes are named")
  func unknownMethod() async throws {
    try await withShop { client in
      let users = try await client.send(.delete, "/async/users")
      #expect(users.status == 405 && users.headers[.allow] == "GET, HEAD, POST" && !users.detail.isEmpty)
      let user = try await client.send(.post, "/sync/users/1", "{}")
      #expect(user.status == 405 && user.headers[.allow] == "DELETE, GET, HEAD, PUT")
      #expect(try await client.send(.head, "/health").status == 200)
    }
  }

  @Test("A body of more than a megabyte is refused", arguments: API.allCases)
  func largeBody(api: API) async throws {
    try await withShop { client in
      let name = String(repeating: "a", count: 2 << 20)
      let reply = try await client.send(.post, "/\(api)/users", #"{"username": "\#(name)", "email": "a@b"}"#)
      #expect(reply.status == 413 && !reply.detail.isEmpty)
    }
  }

  @Test("A body of another type than JSON is refused", arguments: API.allCases)
  func otherType(api: API) async throws {
    try await withShop { client in
      let reply = try await client.send(.post, "/\(api)/users", "username=ada", type: "text/plain")
      #expect(reply.status == 415 && reply.detail.contains("application/json"))
    }
  }

  @Test("A fault of the service's own tells nothing of its SQL", arguments: API.allCases)
  func ownFault(api: API) async throws {
    try await withShop { client in
      try await withConnection { try await $0.execute("DROP TABLE users") }
      let reply = try await client.get("/\(api)/users/1")
      #expect(reply.status == 500 && !reply.detail.isEmpty)
      for word in ["users", "SELECT", "relation", "42P01"] { #expect(!reply.text.contains(word)) }
    }
  }
}
